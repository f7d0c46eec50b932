/**
 * Makes links of the Markdown that is packed absolute where a reader of the package could not follow them: those of the
 * README, which npm shows on a page of its own, and those of docs/ to files that are not packed.
 *
 * Run in the clone that is packed: node scripts/absolute-links.mjs https://github.com/OWNER/NAME/blob/TAG/
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

const [base = ''] = process.argv.slice(2);
if (!URL.canParse(base) || !base.endsWith('/'))
  throw new TypeError('Pass the URL that paths of the repository are below, ending in a slash');

const guides = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => posix.join('docs', name));
const packed = [...guides, 'generated/api.md'];

for (const file of ['README.md', ...guides]) {
  const text = readFileSync(file, 'utf8').replaceAll(/(\]\()(?![a-z]+:|#)([^)\s#]+)/g, (link, open, path) => {
    const target = posix.join(posix.dirname(file), path);
    return file !== 'README.md' && packed.includes(target) ? link : open + new URL(target, base).href;
  });
  writeFileSync(file, text);
}
