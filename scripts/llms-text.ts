import { readFileSync } from 'node:fs';

/**
 * `llms.txt`: what the package is, and its guides, for programs that read documentation. It is made of the first lines of the
 * README and the list in docs/README.md.
 *
 * @see https://llmstxt.org
 */
export function llmsText(): string {
  const [title, , summary] = readFileSync('README.md', 'utf8').split('\n');
  const [, ...groups] = readFileSync('docs/README.md', 'utf8').split(/^\*\*(.+)\*\*$/m);
  const sections = groups.flatMap((text, index) =>
    index % 2 === 0
      ? [`## ${text}`]
      : [text.trim().replaceAll(/\]\((?![a-z]+:)([^)]+)\)/g, (_, path: string) => `](${fromRoot(path)})`)],
  );
  return `${[title, `> ${withoutLinks(summary!)}`, ...sections].join('\n\n')}\n`;
}

const fromRoot = (path: string): string => (path.startsWith('../') ? path.slice(3) : `docs/${path}`);

const withoutLinks = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');
