import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { runPipeline } from '../../../../codegen/flow/pipeline.js';
import type { Stage } from '../../../../codegen/run/stage.js';
import { contentsOf } from '../../../helpers/contents-of.js';
import { failureOf } from '../../../helpers/failure-of.js';
import { createLibrary, libraryDocument, libraryFolder, type Library } from '../../../helpers/library.js';

let library: Library;

beforeEach(() => {
  library = createLibrary();
  library.write('generated/api.gen.ts', '// what was there before\n');
  library.write('generated/core/odd.gen.ts', '// and below\n');
});

afterEach(() => library.remove());

const run = (report: (stage: Stage) => void = () => undefined): Promise<void> =>
  runPipeline(library.folders, report);

const generated = (): Record<string, string> => contentsOf(library.at('generated'));

test('an action whose `x-until` upstream has is skipped, and the stage says which', async () => {
  const figures: string[] = [];
  library.addAction({ target: '$.info', update: { 'x-note': 'ours' }, 'x-until': '$.info.title' });

  await run(({ name, figure }) => figures.push(`${name}: ${figure}`));

  expect(figures[2]).toBe(
    `overlay: 17 actions applied\n  skipped: ${library.at('overlays/75-test.overlay.yaml')}: action 2 (Breaks. Goes at once.) Upstream has $.info.title, until which it applies. Delete it.`,
  );
  expect(generated()['openapi.yaml']).not.toContain('x-note');
}, 60_000);

describe('a run without faults', () => {
  const done: { stages: Stage[]; first: Record<string, string>; second: Record<string, string> } = {
    stages: [],
    first: {},
    second: {},
  };
  let project: Library;

  beforeAll(async () => {
    // The name is one that globs, shells and URLs stumble over; the rest is what a run that was cut short left behind.
    project = createLibrary('my library [1] (é) {a,b} ');
    project.write('generated/core/odd.gen.ts', '// what was there before\n');
    project.write('generated.next/half.gen.ts', '// half\n');
    project.write('generated.previous/old.gen.ts', '// old\n');
    await runPipeline(project.folders, (stage) => done.stages.push(stage));
    done.first = contentsOf(project.folders.generated);
    rmSync(project.folders.generated, { recursive: true });
    await runPipeline(project.folders, () => undefined);
    done.second = contentsOf(project.folders.generated);
  });

  afterAll(() => project.remove());

  test('reports each stage with its time and its figure', () => {
    expect(done.stages.map(({ name, figure }) => `${name}: ${figure}`)).toEqual([
      'read: 9 paths',
      'lint: 1 known problems, no new ones',
      'overlay: 16 actions applied',
      'lint again: 0 problems, 1 discriminated unions',
      'generate: 12 operations: 1 stream, 4 page, 1 binary, 1 empty',
      'cross-check: 12 operations agree',
      expect.stringMatching(/^format: \d+ files$/),
    ]);
    for (const { durationMs } of done.stages) expect(durationMs).toBeGreaterThan(0);
  });

  test('writes all files, and leaves nothing of what was there', () => {
    const names = Object.keys(done.first);

    expect(names.filter((name) => !name.includes('/'))).toEqual([
      'api.gen.ts',
      'api.md',
      'client.gen.ts',
      'cross-check.gen.ts',
      'message-fields.gen.ts',
      'mock.gen.ts',
      'openapi.yaml',
      'operation-types.gen.ts',
      'operations.gen.ts',
      'params.gen.ts',
      'schema.gen.ts',
      'sdk.gen.ts',
      'types.gen.ts',
    ]);
    expect(names).not.toContain('core/odd.gen.ts');
    expect(readdirSync(project.root).toSorted()).toEqual(['generated', 'overlays', 'spec']);
  });

  test('writes the effective description without what is for the generators alone', () => {
    expect(parse(done.first['openapi.yaml']!)).toEqual(libraryDocument());
    expect(libraryDocument()).not.toEqual(libraryDocument({ forGenerators: true }));
  });

  test('gives the same bytes a second time, where there is no generated/ yet', () => {
    expect(done.second).toEqual(done.first);
  });

  test('leaves its input alone', () => {
    for (const folder of ['spec', 'overlays']) {
      expect(contentsOf(project.at(folder))).toEqual(contentsOf(join(libraryFolder, folder)));
    }
  });
});

/** A change of the project, and what the message must say. */
type Case = [title: string, change: () => void, ...says: (string | RegExp)[]];

const described = (change: (description: JsonObject) => void) =>
  library.editDescription((text) => {
    const description = parse(text) as JsonObject;
    change(description);
    return stringify(description);
  });

const post = "$.paths['/v1/books'].post";

const files: Case[] = [
  [
    'there is no description',
    () => rmSync(library.at('spec/openapi.yaml')),
    'spec/openapi.yaml: cannot be read (ENOENT)',
    'Restore the file',
  ],
  [
    'there is no source',
    () => rmSync(library.at('spec/source.json')),
    'spec/source.json: cannot be read',
    'Restore the file',
  ],
  [
    'there is no list of known problems',
    () => rmSync(library.at('spec/known-problems.yaml')),
    'known-problems.yaml: cannot be read',
  ],
  [
    'a known problem is gone',
    () =>
      library.edit(
        'spec/known-problems.yaml',
        (text) => `${text}a-rule-of-before:\n  - '#/info It is gone.'\n`,
      ),
    'known-problems.yaml lists 1 problems that are gone',
    'Delete these lines',
  ],
  [
    'the description is a list',
    () => library.editDescription(() => '- a\n'),
    'spec/openapi.yaml: holds an array, not an OpenAPI description',
  ],
  ['the description is empty', () => library.editDescription(() => ''), 'spec/openapi.yaml: holds null'],
  [
    'the description has an error',
    () => described((description) => delete description.info),
    'spec/openapi.yaml: Redocly finds errors',
    'struct',
    'bring in a version that lints',
  ],
  [
    'the description has a reference that leads nowhere',
    () => library.editDescription((text) => text.replaceAll("schemas/Genre'", "schemas/Gender'")),
    'spec/openapi.yaml: Redocly finds errors',
    'no-unresolved-refs',
  ],
  [
    'a key of the description is there twice',
    () => library.editDescription((text) => `${text}paths: {}\n`),
    /spec\/openapi\.yaml:\d+:1: not valid YAML: Map keys must be unique/,
  ],
  [
    'one byte of the description changed',
    () => library.edit('spec/openapi.yaml', (text) => `${text} `),
    /spec\/openapi\.yaml: sha256 is [0-9a-f]{64}, and .*spec\/source\.json says [0-9a-f]{64}/,
    'restore it, or bring in a new version',
  ],
  [
    'the source is no YAML',
    () => library.write('spec/source.json', '{ "sha256": '),
    /spec\/source\.json:1:\d+: not valid YAML/,
  ],
  [
    'the source has no checksum',
    () => library.write('spec/source.json', '{}'),
    'spec/source.json says undefined',
  ],
  ['the source is empty', () => library.write('spec/source.json', ''), 'spec/source.json says undefined'],
  [
    'the list of known problems is no YAML',
    () => library.write('spec/known-problems.yaml', 'a: [\n'),
    /spec\/known-problems\.yaml:\d+:\d+: not valid YAML/,
  ],
  [
    'the description has a new problem',
    () =>
      described((description) =>
        Object.assign(description.components as JsonObject, { headers: { Unused: { schema: {} } } }),
      ),
    '1 problems that',
    'no-unused-components: #/components/headers/Unused',
    'Repair them with an overlay',
  ],
  [
    'the folder of overlays is empty',
    () => [rmSync(library.at('overlays'), { recursive: true }), mkdirSync(library.at('overlays'))],
    'overlays: holds no overlay',
    'Restore the folder',
  ],
];

const overlays: Case[] = [
  [
    'an action matches more than it expects',
    () => library.addAction({ target: '$.paths.*', 'x-expect': 1, update: {} }),
    'action 2 (Breaks. Goes at once.)',
    /Matches \d+ nodes where x-expect says 1/,
  ],
  [
    'an overlay is no YAML',
    () => library.write('overlays/75-test.overlay.yaml', 'actions: [\n'),
    /75-test\.overlay\.yaml:\d+:\d+: not valid YAML/,
    'Repair the file',
  ],
  [
    'a key of an action is there twice',
    () =>
      library.write(
        'overlays/75-test.overlay.yaml',
        'overlay: 1.1.0\ninfo: { title: T, version: 1.0.0 }\nactions:\n  - target: $.info\n    target: $.paths\n',
      ),
    /75-test\.overlay\.yaml:5:5: not valid YAML: Map keys must be unique/,
  ],
  [
    'an action has no description',
    () => library.addAction({ target: '$.info', description: ' ', update: {} }),
    '75-test.overlay.yaml: action 2 ($.info): needs a `description`',
  ],
  [
    'a target is no JSONPath',
    () => library.addAction({ target: '$.paths[', update: {} }),
    '75-test.overlay.yaml: action 2 (Breaks. Goes at once.)',
    'target: $.paths[',
    '`target` is no JSONPath',
    'Correct the expression',
  ],
  [
    'an action of the file for the generators matches nothing',
    () =>
      library.edit('overlays/90-generators.overlay.yaml', (text) =>
        text.replace('.discriminator]', '.discriminant]'),
      ),
    '90-generators.overlay.yaml: action 1 (Plain unions narrow by their tags.',
    'Matches nothing',
  ],
  [
    'an action matches less than it expects',
    () => library.addAction({ target: '$.paths.*.get', 'x-expect': 9, update: {} }),
    'action 2 (Breaks. Goes at once.)',
    'Matches 5 nodes where x-expect says 9',
    'Look at what upstream changed',
  ],
];

const operations: Case[] = [
  [
    'the name of an operation is a resource, too',
    () => library.addAction({ target: post, update: { operationId: 'books.covers' } }),
    '`books.covers` is a method and the resource of',
    'Rename',
  ],
  [
    'a body is of a type that the client cannot send',
    () =>
      library.editDescription((text) =>
        text.replace('multipart/form-data', 'application/x-www-form-urlencoded'),
      ),
    'PUT /v1/books/{book_id}/cover: the body is application/x-www-form-urlencoded',
    'src/transport/send.ts',
  ],
  [
    'an operation loses its name',
    () => library.addAction({ target: `${post}.operationId`, remove: true }),
    'POST /v1/books has no name (operationId: none)',
    `target: ${post}`,
  ],
  [
    'two operations have one name',
    () => library.addAction({ target: post, update: { operationId: 'books.list' } }),
    '`books.list` names both GET /v1/books and POST /v1/books',
    'another name',
  ],
  [
    'path and query share a name',
    () =>
      library.addAction({
        target: "$.paths['/v1/books/{book_id}/text'].get",
        update: { parameters: [{ name: 'book_id', in: 'query', schema: { type: 'string' } }] },
      }),
    'books.download: `book_id` is in the path and in the query',
    'with an overlay',
  ],
  [
    'path and body share a name',
    () =>
      library.addAction({
        target:
          "$.paths['/v1/books/{book_id}'].patch.requestBody.content['application/json'].schema.properties",
        update: { book_id: { type: 'string' } },
      }),
    'books.update: `book_id` is in the path and in the body',
  ],
  [
    'an operation has no response that succeeds',
    () => library.addAction({ target: `${post}.responses['201']`, remove: true }),
    /POST \/v1\/books: no 2xx response|operation-2xx-response/,
  ],
];

const schemas: Case[] = [
  [
    'a union does not name its tag',
    () => library.addAction({ target: '$..[?@.discriminator].discriminator', remove: true }),
    'lacks a discriminator with a full mapping',
    'propertyName: ',
  ],
  [
    'an enum of a response is closed',
    () => library.addAction({ target: "$..[?@['x-open-enum']]['x-open-enum']", remove: true }),
    'enums in responses are closed',
    'x-open-enum: true',
  ],
  [
    'the generators disagree',
    () =>
      library.editDescription((text) =>
        text.replace(
          'schema: { type: object, additionalProperties: { type: string } }',
          'content: { application/json: { schema: { type: object, additionalProperties: { type: string } } } }',
        ),
      ),
    'read 1 operations differently',
    'books.list: "query"',
    'repair the description with an overlay',
  ],
  [
    'the overlays leave a problem',
    () => library.addAction({ target: `${post}.summary`, remove: true }),
    'The description, after the overlays, has 1 problems that',
    'spec/unavoidable-problems.yaml does not know',
    'operation-summary',
    '~1v1~1books/post',
    'Repair them with an overlay',
  ],
  [
    'the overlays do damage, which no list can know',
    () => {
      library.addAction({
        target: '$.components.schemas.Genre',
        update: { enum: [1] },
      });
      library.write(
        'spec/unavoidable-problems.yaml',
        "no-enum-type-mismatch: ['#/components/schemas/Genre/enum/3 All values are of one type.']",
      );
    },
    '1 problems after the overlays that would do damage',
    'no-enum-type-mismatch: #/components/schemas/Genre/enum',
    'Repair them in overlays/',
  ],
  [
    'a page does not have its items where the extension says',
    () =>
      library.addAction({ target: "$.paths['/v1/books'].get['x-pagination']", update: { items: 'books' } }),
    'books.list',
    'books',
  ],
  [
    'the mock cannot make a response up',
    () =>
      library.addAction({
        target: '$.components.schemas.Shelf.properties.name',
        update: { pattern: '^(?!Example).*-\\d{3}$', minLength: 5 },
      }),
    'shelves.list: the mock response does not fit its schema',
    'Repair the example',
  ],
];

describe.each([
  ['files', files],
  ['overlays', overlays],
  ['operations', operations],
  ['schemas', schemas],
])('of the %s: the pipeline stops, and generated/ is as it was, when', (_, cases) => {
  test.each(cases)('%s', async (_title, change, ...says) => {
    change();
    const before = generated();

    const failure = await failureOf(() => run());

    expect(failure).toBeInstanceOf(PipelineError);
    for (const text of says) expect((failure as Error).message).toMatch(text);
    expect(generated()).toEqual(before);
    expect(readdirSync(library.root).toSorted()).toEqual(['generated', 'overlays', 'spec']);
  });
});

test.each([
  ['read', () => library.write('spec/source.json', '{}'), []],
  ['lint', () => library.write('spec/known-problems.yaml', '{}'), ['read']],
  ['overlay', () => library.addAction({ target: '$.nowhere', remove: true }), ['read', 'lint']],
  [
    'lint again',
    () => library.addAction({ target: `${post}.summary`, remove: true }),
    ['read', 'lint', 'overlay'],
  ],
] as [string, () => void, string[]][])(
  'nothing runs after a fault in the stage %s',
  async (_, change, reported) => {
    change();
    const stages: string[] = [];

    await failureOf(() => run(({ name }) => stages.push(name)));

    expect(stages).toEqual(reported);
  },
);

test('a bug of the pipeline itself is no PipelineError, and leaves generated/ as it was, too', async () => {
  const before = generated();
  const bug = new TypeError('a bug');

  const failure = await failureOf(() =>
    run(({ name }) => {
      if (name === 'format') throw bug;
    }),
  );

  expect(failure).toBe(bug);
  expect(generated()).toEqual(before);
  expect(existsSync(`${library.folders.generated}.next`)).toBe(false);
});

describe('the command', () => {
  beforeEach(() => {
    for (const name of ['codegen', 'package.json', '.prettierrc.json', 'tsconfig.json']) {
      cpSync(name, library.at(name), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), library.at('node_modules'));
  });

  const codegen = () =>
    spawnSync(process.execPath, [resolve('node_modules/tsx/dist/cli.mjs'), 'codegen/main.ts'], {
      cwd: library.root,
      encoding: 'utf8',
    });

  test('prints a line a stage, and exits with status 0', () => {
    const { status, stdout, stderr } = codegen();

    expect(stdout.trimEnd().split('\n')).toEqual(
      ['read', 'lint', 'overlay', 'lint again', 'generate', 'cross-check', 'format'].map((name) =>
        expect.stringMatching(new RegExp(`^${name} +\\d+\\.\\d s {3}\\S`)),
      ),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(library.at('generated/api.md'), 'utf8')).toContain('12 operations');
  });

  test('prints what is wrong without a stack, and exits with status 1', () => {
    library.addAction({ target: '$.paths.nowhere', remove: true });
    const before = generated();

    const { status, stdout, stderr } = codegen();

    expect(status).toBe(1);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toContain('75-test.overlay.yaml: action 2 (Breaks. Goes at once.)');
    expect(stderr).toContain('Matches nothing');
    expect(stderr).toContain('generated/ is as it was');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(generated()).toEqual(before);
  });

  test('keeps the stack of a bug, and exits with status 1', () => {
    library.edit('codegen/files/format.ts', (text) =>
      text.replace('const formatted =', "throw new TypeError('a bug');\n  const formatted ="),
    );
    const before = generated();

    const { status, stderr } = codegen();

    expect(status).toBe(1);
    expect(stderr).toContain('TypeError: a bug');
    expect(stderr).toMatch(/^ +at startFormatting .*format\.ts/m);
    expect(generated()).toEqual(before);
  });
});
