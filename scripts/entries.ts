import { readFileSync } from 'node:fs';

/** The modules of src/ that `package.json` exports, without their ending. */
export const entries: readonly string[] = readEntries();

function readEntries(): string[] {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: Record<string, string | { import: { default: string } }>;
  };
  return Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'object' ? [target.import.default.replace('./dist/esm/', '').replace(/\.js$/, '')] : [],
  );
}
