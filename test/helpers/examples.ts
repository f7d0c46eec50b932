import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import * as sdk from '../../src/index.js';
import * as structured from '../../src/structured/index.js';

/** An example of a document or a doc comment, and where it stands. */
export interface Example {
  readonly place: string;
  /** As its fence says: all that is not `ts` is neither compiled nor run. */
  readonly language: string;
  readonly code: string;
  /** Why it cannot run, from `<!-- not run: the reason -->` before it, which Prettier sets apart by a blank line. */
  readonly notRun: string | undefined;
}

/** Every block of code in the README, in docs/, in skills/, in the reference and in the doc comments of src/. */
export function findExamples(): Example[] {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'generated/api.md',
    ...filesIn('docs', '.md'),
    ...filesIn('skills', '.md'),
  ];
  return [...documents.flatMap(examplesOfDocument), ...filesIn('src', '.ts').flatMap(examplesOfComments)];
}

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const examplesOfDocument = (file: string): Example[] => examplesIn(file, readFileSync(file, 'utf8'));

/** Blanks what is no doc comment, so that line numbers stay right. */
function examplesOfComments(file: string): Example[] {
  let inComment = false;
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => {
      if (/^\s*\/\*\*/.test(line)) inComment = true;
      const text = inComment ? line.replace(/^\s*\/?\*{1,2}\/? ?/, '') : '';
      if (line.includes('*/')) inComment = false;
      return text;
    });
  return examplesIn(file, lines.join('\n'));
}

/** Languages that examples of this package are written in. Only `ts` is what a test can make sure of. */
const languages = 'ts|tsx|mts|cts|typescript|js|jsx|mjs|cjs|javascript';

const block = new RegExp(
  `(?:^ *<!-- not run:(?<reason>.*?)-->\\n(?<gap>\\n?))?^(?<indent> *)\`\`\`(?<language>${languages})\\b.*\\n(?<code>[^]*?)^ *\`\`\`$`,
  'gm',
);

/** The examples in the Markdown of a file. */
export const examplesIn = (file: string, text: string): Example[] =>
  [...text.matchAll(block)].map(({ index, groups }) => {
    const { reason, gap, indent, language, code } = groups as Record<string, string>;
    const line = text.slice(0, index).split('\n').length + (reason === undefined ? 0 : 1 + gap!.length);
    return {
      place: `${file}:${line}`,
      language: language!,
      code: code!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      notRun: reason?.trim(),
    };
  });

/** What an example says that is its own: not what it imports, nor the client that it makes. */
export const gistOf = ({ code }: Example): string =>
  code
    .replaceAll(/^import [^;]*;$/gm, '')
    .replaceAll(/^const mistral = new Mistral\(\);.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** What examples take for granted: an example that uses one of these without declaring it is given it. */
const givens: Readonly<Record<string, string>> = {
  createReadStream: `import { createReadStream } from 'node:fs';`,
  z: `import { z } from 'zod';`,
  StreamableHTTPClientTransport: `import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';`,
  Client: `import { Client } from '@modelcontextprotocol/client';`,
  ...importsOf(sdk, 'mistral-sdk'),
  ...importsOf(structured, 'mistral-sdk/structured'),
  createMockMistral: `import { createMockMistral } from 'mistral-sdk/testing';`,
  mistral: 'const mistral = new Mistral();',
  client: `const client = new Client({ name: 'my-app', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(new URL('https://mcp.example.com/')));`,
  model: `const model = 'mistral-small-latest';`,
  messages: `const messages = [{ role: 'user' as const, content: 'Bonjour' }];`,
  Author: `const Author = z.object({ name: z.string() });`,
  file_id: `const file_id = '497f6eca-6276-4993-bfeb-53cbbbba6f09';`,
};

function importsOf(module: object, name: string): Record<string, string> {
  return Object.fromEntries(Object.keys(module).map((key) => [key, `import { ${key} } from '${name}';`]));
}

/** The example as a module of its own. */
export function toModule({ code }: Example): string {
  const needed: string[] = [];
  const { used, declared } = namesIn(code);
  // From the last to the first, since a given may need the ones before it.
  for (const [name, declaration] of Object.entries(givens).toReversed()) {
    if (!used.has(name) || declared.has(name)) continue;
    needed.unshift(declaration);
    for (const also of namesIn(declaration).used) used.add(also);
  }
  return `${needed.join('\n')}\n${code}\nexport {};\n`;
}

function namesIn(code: string): { used: Set<string>; declared: Set<string> } {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isDeclaration =
      ts.isVariableDeclaration(node) || ts.isImportSpecifier(node) || ts.isBindingElement(node);
    if (isDeclaration && ts.isIdentifier(node.name)) declared.add(node.name.text);
    if (ts.isIdentifier(node) && !isNameOfMember(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true));
  return { used, declared };
}

const isNameOfMember = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node);
