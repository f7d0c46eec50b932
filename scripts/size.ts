/**
 * Measures what programs that use the package weigh, and holds it against `scripts/size-budgets.json`: more fails, and
 * so does much less, for a budget that is slack guards nothing.
 *
 * Run: npm run size               (with `-- --write` to make the budgets what was measured, and a hundredth)
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { pack, subpaths } from './packed.js';
import { peers } from './peers.js';

const budgetFile = 'scripts/size-budgets.json';
/** Under its budget by more than this share, a size has to be written down. */
const slack = 0.03;
/** What is small may vary by this many bytes. */
const slackBytes = 40;

/** What people write; the size of each is a line of the table. */
const programs: Readonly<Record<string, string>> = {
  'new Mistral()': "import { Mistral } from 'mistral-sdk'; console.log(new Mistral());",
  'chat and stream, flat':
    "import { call, chatComplete, chatStream, createTransport, stream } from 'mistral-sdk/operations'; console.log(call, chatComplete, chatStream, createTransport, stream);",
  'textOf() alone': "import { textOf } from 'mistral-sdk'; console.log(textOf);",
  'APIError alone': "import { APIError } from 'mistral-sdk'; console.log(APIError);",
};

/** What people import from a subpath that has more, and what it adds to the client. */
const programsOnTop: Readonly<Record<string, string>> = {
  'runTools(), streamTools() and tool() on top of the client':
    "export { runTools, streamTools, tool } from 'mistral-sdk/tools';\n",
};

/** The same programs with other SDKs, weighed where `npm run bench -- --peers` has installed them. */
const peersFolder = 'bench/peers';
const peerPrograms: Readonly<Record<string, string>> = {
  '@mistralai/mistralai': "import { Mistral } from '@mistralai/mistralai'; console.log(new Mistral());",
  '@mistralai/mistralai, flat':
    "import { MistralCore } from '@mistralai/mistralai/core.js'; import { chatComplete } from '@mistralai/mistralai/funcs/chatComplete.js'; import { chatStream } from '@mistralai/mistralai/funcs/chatStream.js'; console.log(new MistralCore(), chatComplete, chatStream);",
  openai: "import OpenAI from 'openai'; console.log(new OpenAI());",
};

export interface Size {
  readonly name: string;
  /** Neither is there for the tarball. */
  readonly rawBytes?: number;
  readonly minifiedBytes?: number;
  /** Gzipped; of the tarball, unpacked. */
  readonly bytes: number;
  readonly budgetBytes: number | undefined;
}

/** Measures dist/ as it is. */
export async function measureSizes(): Promise<Size[]> {
  const budgets = JSON.parse(readFileSync(budgetFile, 'utf8')) as Readonly<Record<string, number>>;
  const measured: Omit<Size, 'budgetBytes'>[] = [];
  for (const [name, code] of Object.entries(programs)) measured.push({ name, ...(await weigh(code)) });
  const client = "import { Mistral } from 'mistral-sdk'; export { Mistral };\n";
  const base = await weigh(client);
  const weighOnTop = async (name: string, code: string) => {
    const both = await weigh(client + code);
    return {
      name,
      rawBytes: both.rawBytes - base.rawBytes,
      minifiedBytes: both.minifiedBytes - base.minifiedBytes,
      bytes: both.bytes - base.bytes,
    };
  };
  for (const subpath of subpaths.filter((name) => name !== '.')) {
    const code = `export * from 'mistral-sdk${subpath.slice(1)}';\n`;
    measured.push({ name: `${subpath.slice(2)} alone`, ...(await weigh(code)) });
    measured.push(await weighOnTop(`${subpath.slice(2)} on top of the client`, code));
  }
  for (const [name, code] of Object.entries(programsOnTop)) measured.push(await weighOnTop(name, code));
  measured.push({ name: 'the package, unpacked', bytes: unpackedBytes() });
  return measured.map((size) => ({ ...size, budgetBytes: budgets[size.name] }));
}

/** What is wrong with the sizes, in words. */
export function problemsOf(sizes: readonly Size[]): string[] {
  return sizes.flatMap(({ name, bytes, budgetBytes }) => {
    if (budgetBytes === undefined) return [`${name}: ${bytes} bytes, and no budget in ${budgetFile}`];
    if (bytes > budgetBytes) return [`${name}: ${bytes} bytes are more than its budget of ${budgetBytes}`];
    if (bytes < budgetBytes * (1 - slack) - slackBytes)
      return [
        `${name}: ${bytes} bytes are so much less than its budget of ${budgetBytes} that it guards nothing`,
      ];
    return [];
  });
}

async function weigh(code: string, resolveDir = '.') {
  const bundle = async (minify: boolean): Promise<Uint8Array> => {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir },
      bundle: true,
      minify,
      format: 'esm',
      platform: 'browser',
      external: ['node:*', ...peers, ...peers.map((name) => `${name}/*`)],
      write: false,
      logLevel: 'warning',
    });
    return outputFiles[0]!.contents;
  };
  const minified = await bundle(true);
  return {
    rawBytes: (await bundle(false)).length,
    minifiedBytes: minified.length,
    bytes: gzipSync(minified, { level: 9 }).length,
  };
}

function unpackedBytes(): number {
  const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-size-'));
  try {
    return pack(folder).unpackedSize;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With room for what no one decided, such as another version of a tool. */
const roundUp = (bytes: number): number => Math.ceil((bytes * 1.01) / 10) * 10;

async function main(): Promise<void> {
  const sizes = await measureSizes();
  const all: Omit<Size, 'budgetBytes'>[] = [...sizes];
  if (existsSync(join(peersFolder, 'node_modules')))
    for (const [name, code] of Object.entries(peerPrograms))
      all.push({ name, ...(await weigh(code, peersFolder)) });
  const rows = all.map(({ name, rawBytes, minifiedBytes, bytes }) => [
    name,
    {
      raw: rawBytes,
      minified: minifiedBytes,
      'gzip (or unpacked)': bytes,
      budget: sizes.find((size) => size.name === name)?.budgetBytes,
    },
  ]);
  console.table(Object.fromEntries(rows));
  if (process.argv.includes('--write')) {
    const budgets = Object.fromEntries(sizes.map(({ name, bytes }) => [name, roundUp(bytes)]));
    writeFileSync(budgetFile, `${JSON.stringify(budgets, null, 2)}\n`);
    return;
  }
  const problems = problemsOf(sizes);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
