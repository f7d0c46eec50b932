/**
 * Checks that the table in docs/migrating.md has every method as it is today; `--write` brings it up to date.
 *
 * Run: npx tsx scripts/migration-table.ts [--write]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { isObject, type JsonObject } from '../codegen/description/json.js';
import { collectOperations, type Operation } from '../codegen/description/operations.js';
import { readYaml } from '../codegen/files/read-yaml.js';

const page = 'docs/migrating.md';
const marked = /(<!-- every call -->\n)[^]*(<!-- end of every call -->)/;

/** The page with the table that it should have. */
export async function withTable(text: string): Promise<string> {
  const operations = collectOperations(readYaml('generated/openapi.yaml') as JsonObject);
  const lines = [
    '| `@mistralai/mistralai` | `mistral-sdk` | besides the names |',
    '| --- | --- | --- |',
    ...operations.map(
      (operation) => `| ${theirs(operation)} | ${ours(operation)} | ${differences(operation).join('; ')} |`,
    ),
  ];
  return format(text.replace(marked, `$1\n${lines.join('\n')}\n\n$2`), {
    ...(await resolveConfig(page)),
    parser: 'markdown',
  });
}

/** What a call needs, or what the reference shows of it. */
function namesOf({ pathParameters, queryParameters, body }: Operation) {
  const required = (list: readonly { name: string; required: boolean }[]) =>
    list.filter((each) => each.required).map(({ name }) => name);
  return {
    around: [...required(pathParameters), ...required(queryParameters)],
    inBody: isObject(body?.example) ? Object.keys(body.example) : required(body?.properties ?? []),
  };
}

/** With path parameters, the official SDK nests the body under a name of its own. */
const nestsBody = ({ body, pathParameters }: Operation): boolean =>
  body !== undefined && pathParameters.length > 0;

/** The one name of a parameter that the official SDK changes beyond its case. */
const renames = ({ id }: Operation, name: string): boolean =>
  name === 'input' && (id.startsWith('classifiers.') || id === 'embeddings.create');

function theirs(operation: Operation): string {
  const { around, inBody } = namesOf(operation);
  const body = inBody.map((name) => (renames(operation, name) ? 'inputs' : camelCase(name)));
  return call(operation, [
    ...around.map(camelCase),
    ...(nestsBody(operation) ? [`…: { ${body.join(', ')} }`] : body),
  ]);
}

function ours(operation: Operation): string {
  const { around, inBody } = namesOf(operation);
  return call(operation, [...around, ...inBody]);
}

const call = ({ id }: Operation, names: readonly string[]): string =>
  `\`${id}(${names.length > 0 ? `{ ${names.join(', ')} }` : ''})\``;

function differences(operation: Operation): string[] {
  const { id, kind, body } = operation;
  return [
    ...(nestsBody(operation) ? ['the body is next to the id'] : []),
    ...(body?.properties.some(({ name }) => renames(operation, name))
      ? [`\`inputs\`${id === 'classifiers.classifyChat' ? ' of version 1' : ''} is \`input\``]
      : []),
    ...(body?.encoding === 'multipart' ? ['a file is `{ name, content }`'] : []),
    ...(kind === 'stream' ? ['events without `data` around them'] : []),
    ...(kind === 'page' ? ['a list to loop over'] : []),
    ...(kind === 'binary' ? ['a `Response`'] : []),
    ...(id.startsWith('fineTuning.') ? ['gone from version 2'] : []),
  ];
}

const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

async function main(): Promise<void> {
  const text = readFileSync(page, 'utf8');
  const fresh = await withTable(text);
  if (process.argv.includes('--write')) writeFileSync(page, fresh);
  else if (fresh !== text) {
    console.error(`${page} is stale: npx tsx scripts/migration-table.ts --write`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
