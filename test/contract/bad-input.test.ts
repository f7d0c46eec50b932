import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runPipeline } from '../../codegen/flow/pipeline.js';
import { PipelineError } from '../../codegen/run/pipeline-error.js';
import { failureOf } from '../helpers/failure-of.js';

let root: string;
const at = (path: string): string => join(root, path);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bad-input-'));
  for (const folder of ['spec', 'overlays']) cpSync(folder, at(folder), { recursive: true });
  mkdirSync(at('generated/core'), { recursive: true });
  writeFileSync(at('generated/api.gen.ts'), '// what was there before\n');
  writeFileSync(at('generated/core/odd.gen.ts'), '// and below\n');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A change of the project, and what the message must say. */
type Case = readonly [title: string, change: () => void, ...says: (string | RegExp)[]];

const unreadable: Case[] = [
  [
    'a description that is no YAML',
    () => rewriteSpec((text) => text.replace('info:', 'info: [')),
    /spec\/openapi\.yaml:\d+:\d+: not valid YAML/,
    'Repair the file',
  ],
  [
    'a description with a key twice',
    () => rewriteSpec((text) => `${text}\npaths: {}\n`),
    /spec\/openapi\.yaml:\d+:\d+: not valid YAML.*unique/,
  ],
  [
    'a description that is missing',
    () => rmSync(at('spec/openapi.yaml')),
    'spec/openapi.yaml: cannot be read (ENOENT)',
    'Restore the file',
  ],
  [
    'a description that was edited',
    () => writeFileSync(at('spec/openapi.yaml'), 'openapi: 3.1.0\n'),
    'spec/openapi.yaml: sha256 is',
    'never edited',
  ],
  [
    'a missing source',
    () => rmSync(at('spec/source.json')),
    'spec/source.json: cannot be read',
    'Restore the file',
  ],
  [
    'a missing list of known problems',
    () => rmSync(at('spec/known-problems.yaml')),
    'known-problems.yaml: cannot be read',
  ],
  [
    'a known problem that is gone',
    () => edit('spec/known-problems.yaml', (text) => `${text}a-rule-of-before:\n  - '#/info It is gone.'\n`),
    'known-problems.yaml lists 1 problems that are gone',
    'Delete these lines',
  ],
  [
    'a problem that is not known',
    () => edit('spec/known-problems.yaml', (text) => text.replace(/info-license:\n.*\n/, '')),
    '1 problems that',
    'info-license: #/info',
    'Repair them with an overlay',
  ],
  [
    'a folder without overlays',
    () => rmSync(at('overlays'), { recursive: true }),
    'overlays: holds no overlay',
    'Restore the folder',
  ],
];

const overlayFaults: Case[] = [
  [
    'an overlay that is no YAML',
    () => overlay('actions: ['),
    /overlays\/75-test\.overlay\.yaml:\d+:\d+: not valid YAML/,
  ],
  [
    'a target that is no JSONPath',
    () => action('target: $.paths['),
    '75-test.overlay.yaml: action 2 (Breaks. Goes at once.)',
    'no JSONPath',
    'Correct the expression',
  ],
  [
    'an action that matches nothing',
    () => action('target: $.paths.nowhere'),
    '75-test.overlay.yaml: action 2 (Breaks. Goes at once.)',
    'Matches nothing',
    'delete the action',
  ],
  [
    'an action that matches more than it expects',
    () => action('target: $.paths.*', 'x-expect: 1'),
    'action 2 (Breaks. Goes at once.)',
    /Matches \d+ nodes where x-expect says 1/,
  ],
];

const operationFaults: Case[] = [
  [
    'an operation without a name',
    () => action("target: $.paths['/v1/models'].get", 'update: { operationId: list_models }'),
    'GET /v1/models has no name (operationId: list_models)',
    "target: $.paths['/v1/models'].get",
  ],
  [
    'two operations of one name',
    () => action("target: $.paths['/v1/models'].get", 'update: { operationId: chat.complete }'),
    '`chat.complete` names both',
    'GET /v1/models',
    'POST /v1/chat/completions',
    'another name',
  ],
  [
    'a name that is a resource, too',
    () => action("target: $.paths['/v1/models'].get", 'update: { operationId: batch.jobs }'),
    '`batch.jobs` is a method and the resource of',
    'Rename',
  ],
  [
    'a parameter that stands in two places',
    () =>
      action(
        "target: $.paths['/v1/embeddings'].post",
        'update: { parameters: [{ name: model, in: query, schema: { type: string } }] }',
      ),
    'embeddings.create: `model` is in the query and in the body',
  ],
];

const schemaFaults: Case[] = [
  [
    'a problem that the overlays leave',
    () => action('target: $.components.schemas', 'update: { Unused: { type: object } }'),
    /has \d+ problems? that .*spec\/unavoidable-problems\.yaml does not know/,
    'no-unused-components',
    'Repair them with an overlay',
  ],
  [
    'a union that does not name its tag',
    () => action('target: $.components.schemas.ContentChunk.discriminator', 'remove: true'),
    '$.components.schemas.ContentChunk: lacks a discriminator',
    'propertyName: type',
  ],
  [
    'a closed enum in an answer',
    () => action("target: $.components.schemas.ProcessStatus['x-open-enum']", 'remove: true'),
    'enums in answers are closed',
    '$.components.schemas.ProcessStatus',
    'x-open-enum: true',
  ],
];

describe.each([
  ['files', unreadable],
  ['overlays', overlayFaults],
  ['operations', operationFaults],
  ['schemas', schemaFaults],
])('of the %s', (_, cases) => {
  test.each(cases.map(([title, change, ...says]) => ({ title, change, says })))(
    '$title stops the pipeline with what to do, and generated/ is as it was',
    async ({ change, says }) => {
      change();
      const before = contentsOf('generated');

      const failure = await failureOf(() => run());

      expect(failure).toBeInstanceOf(PipelineError);
      for (const text of says) expect((failure as Error).message).toMatch(text);
      expect(contentsOf('generated')).toEqual(before);
      expect(readdirSync(root).toSorted()).toEqual(
        ['generated', 'overlays', 'spec'].filter((name) => existsSync(at(name))),
      );
    },
  );
});

test('the stages are reported as they end, up to the one that fails', async () => {
  action('target: $.paths.nowhere');
  const stages: string[] = [];

  await failureOf(() => run((name) => stages.push(name)));

  expect(stages).toEqual(['read', 'lint']);
});

test('two runs give the same bytes, and those are what is committed', async () => {
  await run();
  const first = contentsOf('generated');
  await run();

  expect(contentsOf('generated')).toEqual(first);
  expect(first).toEqual(contentsOf(resolve('generated')));
});

test('the command prints the message without a stack, and exits with status 1', () => {
  for (const name of ['codegen', 'package.json', '.prettierrc.json', 'tsconfig.json'])
    cpSync(name, at(name), { recursive: true });
  symlinkSync(resolve('node_modules'), at('node_modules'));
  action('target: $.paths.nowhere');

  const { status, stderr } = spawnSync(
    process.execPath,
    [resolve('node_modules/tsx/dist/cli.mjs'), 'codegen/main.ts'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );

  expect(status).toBe(1);
  expect(stderr).toContain('75-test.overlay.yaml: action 2 (Breaks. Goes at once.)');
  expect(stderr).toContain('generated/ is as it was');
  expect(stderr).not.toMatch(/^ +at /m);
});

const run = (report: (stage: string) => void = () => undefined): Promise<void> =>
  runPipeline({ spec: at('spec'), overlays: at('overlays'), generated: at('generated') }, ({ name }) =>
    report(name),
  );

const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(at(path), change(readFileSync(at(path), 'utf8')));

/** Changes the description, and its checksum with it. */
function rewriteSpec(change: (text: string) => string): void {
  edit('spec/openapi.yaml', change);
  const sha256 = createHash('sha256')
    .update(readFileSync(at('spec/openapi.yaml')))
    .digest('hex');
  edit('spec/source.json', (text) => text.replace(/"sha256": "\w+"/, `"sha256": "${sha256}"`));
}

const overlay = (actions: string): void =>
  writeFileSync(
    at('overlays/75-test.overlay.yaml'),
    `overlay: 1.1.0\ninfo: { title: Test, version: 1.0.0 }\n${actions}\n`,
  );

/** An overlay whose second action is the given one; without a change of its own it updates nothing. */
function action(...lines: string[]): void {
  const fields = lines.some((line) => /^(update|remove)/.test(line)) ? lines : [...lines, 'update: {}'];
  overlay(
    [
      'actions:',
      '  - target: $.info',
      '    description: Does nothing. Goes with the test.',
      '    update: {}',
      '  - description: Breaks. Goes at once.',
      ...fields.map((line) => `    ${line}`),
    ].join('\n'),
  );
}

function contentsOf(folder: string): Record<string, string> {
  const base = resolve(root, folder);
  const files = readdirSync(base, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  return Object.fromEntries(paths.map((path) => [path.slice(base.length), readFileSync(path, 'utf8')]));
}
