import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';
import { expect, test } from 'vitest';

/** What is held to the table: a folder, and the names of files in it. */
const places: readonly { folder: string; names: RegExp; isRecursive?: boolean }[] = [
  { folder: '.', names: /^(?:README|CONTRIBUTING|SECURITY)\.md$/ },
  { folder: 'docs', names: /\.md$/, isRecursive: true },
  { folder: 'src', names: /\.ts$/, isRecursive: true },
  { folder: 'codegen', names: /\.ts$/, isRecursive: true },
  { folder: 'scripts', names: /\.ts$/, isRecursive: true },
  { folder: 'bench', names: /\.ts$/, isRecursive: true },
  { folder: 'examples', names: /\.tsx?$/, isRecursive: true },
  // What upstream has dropped is kept in upstream's own words.
  { folder: 'overlays', names: /^(?!05-kept).*\.yaml$/ },
];

/** Where a word of the table is the right one, in another sense: a part of the sentence, on one line. */
const exceptions: readonly Exception[] = [
  ...['codegen/files/read-upstream.ts', 'codegen/generate/hey-api.ts', 'bench/codegen-child.ts'].map(
    (file) => ({
      file,
      part: 'silent',
      reason: 'a value of an option of a library',
    }),
  ),
  { file: 'codegen/generate/openapi-typescript.ts', part: 'silent', reason: 'an option of the library' },
  { file: 'scripts/runtimes/install.ts', part: '--silent', reason: 'an option of npm' },
];

interface Exception {
  readonly file: string;
  readonly part: string;
  readonly reason: string;
}

const table = /^## Words\n[\s\S]*?(^\|[\s\S]*?)\n\n/m;
const wordsToAvoid = wordsOf(readFileSync('CONTRIBUTING.md', 'utf8'));

test('the table of words has words to avoid, each once', () => {
  expect(wordsToAvoid.length).toBeGreaterThan(20);
  expect(new Set(wordsToAvoid).size).toBe(wordsToAvoid.length);
});

test('finds a word to avoid over the end of a line, and not in code, in generated parts or inside another word', () => {
  expect(hitsIn('It is tried\nagain.')).toEqual(['1: tried again']);
  expect(hitsIn('`piece`, masterpiece\n\n```ts\n// a piece\n```\n\nA Piece.')).toEqual(['7: piece']);
  expect(hitsIn('<!-- bench -->\nwalk\n<!-- end of bench -->')).toEqual([]);
});

test('finds a word to avoid in comments, texts and names of code, and not in examples', () => {
  const code = [
    '/**',
    ' * What to let',
    ' * go. A `piece` of code:',
    ' *',
    ' * ```ts',
    ' * walk();',
    ' * ```',
    ' */',
    'const lastPiece = `${walk} and a \\`piece\\`: mend it`; // silence',
    "const a = piece('To do:\\ntry again'); // `silence`",
  ].join('\n');

  expect(hitsIn(proseOf(code))).toEqual([
    '9: piece',
    '10: piece',
    '10: try again',
    '9: walk',
    '2: let go',
    '9: mend',
    '9: silence',
  ]);
});

test.each(places)(
  '$folder/ uses the words of the table in $names',
  ({ folder, names, isRecursive = false }) => {
    const files = readdirSync(folder, { recursive: isRecursive, encoding: 'utf8' }).filter(
      (name) => names.test(name) && !name.includes('node_modules'),
    );
    expect(files.length).toBeGreaterThan(2);

    const hits = files
      .map((name) => join(folder, name))
      .flatMap((file) => hitsIn(withoutExceptions(file)).map((hit) => `${file}:${hit}`));

    expect(hits).toEqual([]);
  },
);

test('every exception is still needed', () => {
  expect(exceptions.filter(isStale)).toEqual([]);
});

test('an exception is stale when its sentence is gone, or has no word to avoid', () => {
  const reason = 'an example';

  expect(isStale({ file: 'CONTRIBUTING.md', part: 'no such walk', reason })).toBe(true);
  expect(isStale({ file: 'CONTRIBUTING.md', part: '# Contributing', reason })).toBe(true);
  expect(isStale({ file: 'CONTRIBUTING.md', part: 'walk, walks', reason })).toBe(false);
});

function isStale({ file, part }: Exception): boolean {
  return !readFileSync(file, 'utf8').includes(part) || hitsIn(part).length === 0;
}

function wordsOf(contributing: string): string[] {
  const rows = table.exec(contributing)?.[1]?.split('\n').slice(2) ?? [];
  return rows.flatMap((row) => row.split('|')[2]!.split(',')).map((word) => word.trim());
}

function withoutExceptions(file: string): string {
  const content = readFileSync(file, 'utf8');
  const text = file.endsWith('.ts') ? proseOf(content) : content.replace(table, blank);
  return exceptions
    .filter((exception) => exception.file === file)
    .reduce((rest, { part }) => rest.replaceAll(part, blank), text);
}

function hitsIn(text: string): string[] {
  const prose = text
    .replaceAll(/<!-- ([\w ]+) -->[\s\S]*?<!-- end of \1 -->/g, blank)
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, blank)
    .replaceAll(/`[^`\n]+`/g, blank);
  return wordsToAvoid.flatMap((word) =>
    [...prose.matchAll(new RegExp(`\\b${word.replaceAll(' ', '\\s+')}\\b`, 'gi'))].map(
      ({ index }) => `${prose.slice(0, index).split('\n').length}: ${word}`,
    ),
  );
}

/** The comments, texts and names of a module in their lines, without the code around them. */
function proseOf(code: string): string {
  const source = ts.createSourceFile('module.ts', code, ts.ScriptTarget.Latest, true);
  let prose = '';
  const visit = (node: ts.Node): void => {
    // Its text is before the token that follows.
    if (ts.isJSDoc(node) || node.pos === node.end) return;
    const parts = node.getChildren(source);
    if (parts.length > 0) return parts.forEach(visit);
    const start = node.getStart(source);
    const token = code.slice(start, node.end);
    prose += code.slice(node.pos, start).replaceAll(/^ *\*(?!\/) ?|\/\*+|\*\/|\/\//gm, ' ');
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      prose += token.replaceAll('\\`', ' `').replaceAll(/^[`'"}]|[`'"]$|\$\{$|\\[nrt]/g, ' ');
    else if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node))
      prose += ` ${node.text.replaceAll(/(?<=[a-z\d])(?=[A-Z])|_/g, ' ')} `;
    else prose += blank(token);
  };
  visit(source);
  return prose;
}

/** Keeps the lines, so that the numbers in a failure are those of the file. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
