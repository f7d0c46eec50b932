import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { format } from 'prettier';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse, parseDocument, stringify } from 'yaml';

import { prettierSettings as settings } from '../../../../codegen/files/format.js';
import { isObject, type JsonObject } from '../../../../codegen/description/json.js';
import { readOverlay } from '../../../../codegen/overlay/overlay.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import type { Project } from '../../../../codegen/flow/project.js';
import { isProposal } from '../../../../codegen/propose/proposal.js';
import type { Stage } from '../../../../codegen/run/stage.js';
import { generateFrom } from '../../../../codegen/flow/generate-from.js';
import { runPipeline } from '../../../../codegen/flow/pipeline.js';
import { updateSpec, type Update } from '../../../../codegen/flow/update-spec.js';
import { contentsOf } from '../../../helpers/contents-of.js';
import { describedOperations } from '../../../helpers/description.js';
import { failureOf } from '../../../helpers/failure-of.js';
import { createLibrary, type Library } from '../../../helpers/library.js';

const silent = (): void => undefined;

const versionOf = (text: string, name = 'upstream.yaml') => ({
  text,
  name,
  version: '2026-07-15',
  date: '2026-07-15',
});

const textOf = (library: Library): string => readFileSync(library.at('spec/openapi.yaml'), 'utf8');

/** The text of the library's description with other contents. */
function changed(library: Library, change: (description: Description) => void): string {
  const description = parse(textOf(library)) as Description;
  change(description);
  return stringify(description);
}

type Description = Record<'paths' | 'components', Record<string, Record<string, JsonObject>>>;

const response = (schema: JsonObject, type = 'application/json'): JsonObject => ({
  responses: { 200: { description: 'Done.', content: { [type]: { schema } } } },
});

/** An operation that {@link evolve} drops. */
const cover = 'PUT /v1/books/{book_id}/cover';

/** What a version of upstream's brings that overlays know nothing of. */
function evolve({ paths, components }: Description): void {
  const { schemas } = components as { schemas: Record<string, JsonObject> };
  delete paths['/v1/books/{book_id}/cover'];
  (schemas.BookRequest!.required as string[]).push('isbn');
  Object.assign(schemas.BookRequest!.properties as JsonObject, { isbn: { type: 'string' } });
  (schemas.Genre!.enum as string[]).push('drama');
  schemas.Rack = {
    ...schemas.Shelf!,
    properties: { name: { type: 'string' }, state: { type: 'string', enum: ['full', 'empty'] } },
  };
  delete schemas.Shelf;
  paths['/v1/shelves'] = JSON.parse(
    JSON.stringify(paths['/v1/shelves']).replaceAll('/Shelf', '/Rack'),
  ) as Record<string, JsonObject>;
  schemas.Word = { type: 'object', properties: { text: { type: 'string', nullable: true } } };
  const word: JsonObject = { $ref: '#/components/schemas/Word' };
  const lines: JsonObject = { type: 'object', properties: { event: { type: 'string' }, data: word } };
  const answered = response({ type: 'object' }).responses as JsonObject;
  // One generator takes the names of the properties for all that there may be, and one for any text.
  const byGenre: JsonObject = {
    type: 'object',
    propertyNames: { $ref: '#/components/schemas/Genre' },
    additionalProperties: { type: 'string' },
  };
  paths['/v1/readings'] = {
    post: {
      operationId: 'start_reading_v1_readings_post',
      tags: ['beta.readings'],
      summary: 'Start',
      ...response(lines, 'text/event-stream'),
    },
    get: {
      operationId: 'get_readings_v1_readings_get',
      tags: ['beta.readings'],
      responses: {
        ...answered,
        '4XX': { description: 'Failed.', content: { 'application/json': { schema: byGenre } } },
      },
    },
  };
  paths['/v1/lost'] = { get: { operationId: 'lost', ...response({ $ref: '#/components/schemas/Nowhere' }) } };
}

describe('a version that differs from the last in every way', () => {
  const stages: Stage[] = [];
  let library: Library;
  let text: string;
  let first: Update;
  let afterFirst: Record<string, string>;
  let second: Update;

  beforeAll(async () => {
    library = createLibrary('update-');
    // An action of each fate: one that has nothing left to change, and one that changes another number of places.
    library.edit('overlays/10-repairs.overlay.yaml', (overlay) =>
      overlay.replace(
        'actions:\n',
        "actions:\n  # Enums, in order.\n  - target: $.components.schemas[?@.enum]\n    description: Counted. Goes with the test.\n    x-expect: 2 # Genre, Binding\n    update: { title: Enum }\n  - target: $.components.schemas.Shelf\n    description: Upstream's name. Goes with it.\n    update: { title: Shelf }\n",
      ),
    );
    text = changed(library, (description) => {
      evolve(description);
      description.components.schemas!.State = { type: 'string', enum: ['new', 'old'] };
      Object.assign(description.components.schemas!.Book!.properties as JsonObject, {
        state: { $ref: '#/components/schemas/State' },
      });
    });
    first = await updateSpec(library.folders, { ...versionOf(text), drop: [cover] }, (stage) =>
      stages.push(stage),
    );
    afterFirst = contentsOf(library.root);
    second = await updateSpec(library.folders, versionOf(text), silent);
  }, 180_000);

  afterAll(() => library.remove());

  const file = (name: string): string => afterFirst[name]!;

  test('is vendored as it came, with where it is from', () => {
    expect(file('spec/openapi.yaml')).toBe(text);
    expect(JSON.parse(file('spec/source.json'))).toEqual({
      file: 'upstream.yaml',
      version: '2026-07-15',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(file('spec/known-problems.yaml')).toContain('no-unresolved-refs:\n');
  });

  test('reports each stage', () => {
    expect(stages.map(({ name }) => name)).toEqual([
      'vendor',
      'lint',
      'repair',
      'settle',
      'propose',
      'overlay',
      'lint again',
      'generate',
      'cross-check',
      'format',
    ]);
    expect(stages[3]!.figure).toBe('3 actions of overlays do not fit');
  });

  test('takes from the overlays what is about nothing any more, and says where it stood', () => {
    expect(first.deleted).toEqual([
      'overlays/10-repairs.overlay.yaml:11-13: $.components.schemas.Shelf: Matches nothing.',
      expect.stringMatching(
        /^overlays\/70-names\.overlay\.yaml:\d+-\d+: \$\.paths\['\/v1\/books\/\{book_id\}\/cover'\]\.put: Matches nothing\.$/,
      ),
    ]);
    expect(file('overlays/70-names.overlay.yaml')).not.toContain('covers');
  });

  test('counts again what is in another number of places, and keeps the comments', () => {
    expect(first.recounted).toEqual([
      'overlays/10-repairs.overlay.yaml:9: $.components.schemas[?@.enum]: 2 → 3',
    ]);
    expect(file('overlays/10-repairs.overlay.yaml')).toContain('    x-expect: 3 # Genre, Binding\n');
  });

  test('names the new operations in the overlay of names, behind the others', () => {
    const { actions } = parse(file('overlays/70-names.overlay.yaml')) as { actions: JsonObject[] };

    expect(actions.slice(-2)).toEqual([
      {
        target: "$.paths['/v1/readings'].get",
        description: "Proposed: a name for upstream's get_readings_v1_readings_get. Goes with the operation.",
        update: { operationId: 'beta.readings.get' },
      },
      {
        target: "$.paths['/v1/readings'].post",
        description:
          "Proposed: a name for upstream's start_reading_v1_readings_post. Goes with the operation.",
        update: { operationId: 'beta.readings.start' },
      },
    ]);
  });

  test('proposes the rest in an overlay for review', () => {
    const proposals = file('overlays/80-proposed.overlay.yaml');

    expect(parseDocument(proposals).errors).toEqual([]);
    expect(parse(proposals).info.title).toBe('What rules propose, for review');
    expect(proposals).toContain('x-stream:\n        format: sse\n');
    expect(parse(proposals).actions.at(-1).update).toEqual({ 'x-read-differently': ['4XX'] });
    for (const said of [
      /80-proposed.*\$\.paths\['\/v1\/readings'\]\.post: Proposed: it responds with a stream/,
      /80-proposed.*\$\.components\.schemas\.Rack\.properties\.state: Proposed: responses may come to have other values/,
      /80-proposed.*\$\.components\.schemas\.State: Proposed: responses may come to have other values/,
      /^\$\.paths\['\/v1\/readings'\]\.get: `beta\.readings\.get`$/,
      /80-proposed.*\$\.paths\.\*\[\?@\.operationId == 'beta\.readings\.get'\]: Proposed: hey-api and openapi-typescript read it differently/,
    ])
      expect(first.proposed).toContainEqual(expect.stringMatching(said));
  });

  test('says of each proposal when it goes, and writes all as prettier does', async () => {
    for (const name of ['overlays/70-names.overlay.yaml', 'overlays/80-proposed.overlay.yaml']) {
      for (const { description } of readOverlay(library.at(name)).actions.filter(isProposal))
        expect(description).toMatch(/\bGoes (when|with) \w/);
      expect(await format(file(name), { ...settings, filepath: name })).toBe(file(name));
    }
  });

  test('loses the operation that is not defined soundly, and says so apart', () => {
    expect(first.leftOut).toEqual([
      "overlays/80-proposed.overlay.yaml: $.paths['/v1/lost'].get: Proposed: left out, since `#/components/schemas/Nowhere` leads nowhere. Goes when upstream repairs it.",
    ]);
    expect(first.proposed.join('\n')).not.toContain('left out');
  });

  test('is generated: what was dropped, required and added shows, and types keep their names', () => {
    const types = file('generated/types.gen.ts');

    expect(file('generated/api.md')).toContain('### `mistral.beta.readings.start(');
    expect(file('generated/api.md')).not.toContain('covers.upload');
    expect(types).toContain('export interface Shelf ');
    expect(types).not.toContain('export interface Rack ');
    expect(types).toMatch(/\bisbn: string;/);
    expect(types).toContain("'drama'");
    expect(types).toContain('text?: string | null;');
  });

  test('a second time changes nothing, and reports nothing', () => {
    expect(second).toEqual({
      deleted: [],
      recounted: [],
      kept: [],
      proposed: [],
      leftOut: [],
      unavoidable: [],
      upstream: expect.anything(),
    });
    expect(contentsOf(library.root)).toEqual(afterFirst);
  });
});

test('all ways through the pipeline give the same: `--spec`, `update-spec`, and `codegen` after that', async () => {
  const library = createLibrary('update-');
  try {
    const text = changed(library, evolve);
    const version = versionOf(text);
    const out = library.at('elsewhere');
    const { spec, overlays } = library.folders;

    await generateFrom({ ...version, project: { spec, overlays }, out }, silent);
    await updateSpec(library.folders, version, silent);
    const updated = contentsOf(library.folders.generated);
    await runPipeline(library.folders, silent);

    expect(updated).toEqual(contentsOf(out));
    expect(contentsOf(library.folders.generated)).toEqual(updated);
  } finally {
    library.remove();
  }
}, 120_000);

test('an operation that a generator dies of is left out of the overlays, too, and `codegen` gives the same', async () => {
  const library = createLibrary('update-');
  try {
    const text = changed(library, ({ paths }) => {
      paths['/v1/loops'] = {
        get: {
          operationId: 'loops',
          tags: ['loops'],
          ...response({ type: 'string', pattern: 'a{2147483648}' }),
        },
      };
    });

    const { leftOut } = await updateSpec(library.folders, versionOf(text), silent);
    const updated = contentsOf(library.folders.generated);
    await runPipeline(library.folders, silent);

    expect(leftOut).toEqual([
      expect.stringMatching(/80-proposed.*\$\.paths\['\/v1\/loops'\]\.get: Proposed: left out, since /),
    ]);
    expect(updated['api.md']).not.toContain('loops');
    expect(contentsOf(library.folders.generated)).toEqual(updated);
  } finally {
    library.remove();
  }
}, 120_000);

describe('an operation that upstream dropped', () => {
  const isDeprecated = (library: Library): boolean =>
    /covers\.upload.*\n\n\*\*Deprecated\.\*\* The API's description no longer has it, as of 2026-07-15\./.test(
      readFileSync(library.at('generated/api.md'), 'utf8'),
    );

  test('stays, deprecated, through later versions, until a maintainer drops it', async () => {
    const library = createLibrary('update-');
    try {
      const text = changed(library, ({ paths }) => delete paths['/v1/books/{book_id}/cover']);
      const first = await updateSpec(library.folders, versionOf(text), silent);

      expect(first.kept).toContain("$.paths['/v1/books/{book_id}/cover'].put");
      expect(first.deleted).toEqual([]);
      expect(isDeprecated(library)).toBe(true);

      const second = await updateSpec(
        library.folders,
        { ...versionOf(`${text}# later`), date: '2027-01-01' },
        silent,
      );

      expect(second.kept).toEqual([]);
      expect(isDeprecated(library)).toBe(true);

      const failure = await failureOf(() =>
        updateSpec(library.folders, { ...versionOf(text), drop: ['GET /v1/books'] }, silent),
      );

      expect(failure).toBeInstanceOf(PipelineError);
      expect(failure).toHaveProperty(
        'message',
        `\`--drop 'GET /v1/books'\`: upstream did not drop that. Give \`all\`, or one of: ${cover}.`,
      );

      const third = await updateSpec(library.folders, { ...versionOf(text), drop: ['all'] }, silent);

      expect(third.deleted).toEqual(
        expect.arrayContaining([expect.stringMatching(/05-kept.*Is dropped, as `--drop` says\.$/)]),
      );
      expect(readFileSync(library.at('generated/api.md'), 'utf8')).not.toContain('covers.upload');
    } finally {
      library.remove();
    }
  }, 180_000);
});

test('a version after another gives what it gives alone, whatever was proposed for the first and nobody reviewed', async () => {
  const [twice, once] = [createLibrary('update-'), createLibrary('update-')];
  try {
    const unused: JsonObject = { type: 'object', properties: { text: { type: 'string' } } };
    // A schema of both, by another name in each: the first is nobody's name yet.
    const phrase: JsonObject = { type: 'object', properties: { text: {}, language: {}, speaker: {} } };
    const first = changed(twice, ({ paths, components }) => {
      components.schemas!.Word = unused;
      components.schemas!.Phrase = phrase;
      paths['/v1/phrases'] = {
        get: {
          operationId: 'phrases',
          tags: ['beta.phrases'],
          ...response({ $ref: '#/components/schemas/Phrase' }),
        },
      };
      paths['/v1/words'] = {
        get: {
          operationId: 'get_words',
          tags: ['beta.words'],
          responses: {
            200: {
              description: 'Either.',
              content: { 'application/json': { schema: {} }, 'audio/wav': { schema: {} } },
            },
          },
        },
      };
    });
    const second = changed(twice, ({ paths, components }) => {
      components.schemas!.Word = unused;
      components.schemas!.Sentence = phrase;
      paths['/v1/phrases'] = {
        get: {
          operationId: 'phrases',
          tags: ['beta.phrases'],
          ...response({ $ref: '#/components/schemas/Sentence' }),
        },
      };
      paths['/v1/words'] = {
        get: { operationId: 'words', tags: ['beta.words'], ...response({ type: 'string' }, 'audio/wav') },
        put: {
          operationId: 'put_words',
          tags: ['beta.words'],
          ...response({ $ref: '#/components/schemas/Word' }),
        },
      };
    });
    await updateSpec(twice.folders, versionOf(first), silent);
    const proposal = 'overlays/80-proposed.overlay.yaml';
    expect(contentsOf(twice.root)[proposal]).toMatch(
      /schemas\['Word'\].*audio\/wav|audio\/wav.*schemas\['Word'\]/s,
    );

    const update = await updateSpec(twice.folders, versionOf(second), silent);
    const alone = await updateSpec(once.folders, versionOf(second), silent);

    expect(contentsOf(twice.root)).toEqual(contentsOf(once.root));
    expect(update.deleted).toEqual([
      expect.stringMatching(
        /^overlays\/70-names.overlay.yaml:\d+-\d+: \$\.paths\['\/v1\/words'\]\.get: Is proposed no longer\.$/,
      ),
      expect.stringMatching(
        /^overlays\/80-proposed.overlay.yaml:\d+-\d+: .*'audio\/wav'\]: Is proposed no longer\.$/,
      ),
      expect.stringMatching(
        /^overlays\/80-proposed.overlay.yaml:\d+-\d+: \$\.components\.schemas\['Word'\]: Is proposed no longer\.$/,
      ),
    ]);
    // What was proposed for the first, too, is no news.
    expect(update.proposed.length).toBeLessThan(alone.proposed.length);
    expect(alone.proposed).toEqual(expect.arrayContaining([...update.proposed]));
  } finally {
    twice.remove();
    once.remove();
  }
}, 120_000);

test.each<[title: string, name: string, said: string | undefined, source: JsonObject]>([
  [
    'a URL of GitHub, with its repository',
    'https://raw.githubusercontent.com/lib/docs/main/api/public.yaml?raw=1',
    undefined,
    { repository: 'lib/docs', file: 'api/public.yaml' },
  ],
  ['another URL', 'https://library.example/api/v2.yaml?x=1', undefined, { file: 'v2.yaml' }],
  ['the name of a file', 'downloads/v3.yaml', undefined, { file: 'v3.yaml' }],
  ['who brings it in', 'downloads/v3.yaml', 'public.yaml', { file: 'public.yaml' }],
])(
  'the source says which file of upstream it was, by %s',
  async (_, name, said, source) => {
    const library = createLibrary('update-');
    try {
      await updateSpec(library.folders, { ...versionOf(textOf(library), name), file: said }, silent);

      const {
        version: _version,
        sha256: _sha256,
        ...rest
      } = JSON.parse(readFileSync(library.at('spec/source.json'), 'utf8')) as JsonObject;
      expect(rest).toEqual(source);
    } finally {
      library.remove();
    }
  },
  60_000,
);

test('what upstream drops and an overlay of ours refers to stays, until upstream has it again', async () => {
  const library = createLibrary('update-');
  try {
    const lamp: JsonObject = { type: 'object', properties: { bulb: { $ref: '#/components/schemas/Bulb' } } };
    const lit = changed(library, ({ components }) => {
      Object.assign(components.schemas!, { Lamp: lamp, Bulb: { type: 'string' } });
      Object.assign(components.schemas!.Book!.properties as JsonObject, {
        lamp: { $ref: '#/components/schemas/Lamp' },
      });
    });
    const dark = textOf(library);
    await updateSpec(library.folders, versionOf(lit), silent);
    library.write(
      'overlays/25-reading.overlay.yaml',
      `overlay: 1.1.0
info: { title: What a reader has, version: 1.0.0 }
actions:
  - target: $.components.schemas
    description: Ours. Goes with the test.
    update: { Reader: { type: object, properties: { lamp: { $ref: '#/components/schemas/Lamp' } } } }
  - target: $.components.schemas.Book.properties
    description: Where it is. Goes with the test.
    update: { reader: { $ref: '#/components/schemas/Reader' } }
`,
    );
    const description = () =>
      parse(readFileSync(library.at('generated/openapi.yaml'), 'utf8')) as Description;
    const file = library.at('overlays/05-kept.overlay.yaml');

    const first = await updateSpec(library.folders, versionOf(dark), silent);
    const after = contentsOf(library.root);
    const second = await updateSpec(library.folders, versionOf(dark), silent);

    expect(first.kept).toEqual(['$.components.schemas.Lamp', '$.components.schemas.Bulb']);
    expect(first.leftOut).toEqual([]);
    expect(description().components.schemas).toMatchObject({ Lamp: lamp, Reader: {} });
    expect(second).toEqual({
      deleted: [],
      recounted: [],
      kept: [],
      proposed: [],
      leftOut: [],
      unavoidable: [],
      upstream: expect.anything(),
    });
    expect(contentsOf(library.root)).toEqual(after);

    const third = await updateSpec(library.folders, versionOf(lit), silent);

    expect(third.deleted).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/05-kept.*Upstream has \$\.components\.schemas\.Lamp, until/),
      ]),
    );
    expect(existsSync(file)).toBe(false);
  } finally {
    library.remove();
  }
}, 120_000);

test('a version that is not valid YAML is vendored as valid YAML that says the same, with a note', async () => {
  const library = createLibrary('update-');
  try {
    const broken = textOf(library).replace(
      'description: The newest books come first.',
      "description: 'The newest books\ncome first.\n'",
    );
    expect(parseDocument(broken, { logLevel: 'silent' }).errors).not.toEqual([]);

    const before = contentsOf(library.folders.overlays);

    const update = await updateSpec(library.folders, versionOf(broken), silent);

    expect(update).toEqual({
      deleted: [],
      recounted: [],
      kept: [],
      proposed: [],
      leftOut: [],
      unavoidable: [],
      upstream: expect.anything(),
    });
    expect(contentsOf(library.folders.overlays)).toEqual(before);
    expect((parse(textOf(library)) as Description).paths['/v1/books']!.get!.description).toBe(
      'The newest books come first. ',
    );
    expect(JSON.parse(readFileSync(library.at('spec/source.json'), 'utf8'))).toHaveProperty(
      'note',
      expect.stringContaining('not valid YAML'),
    );
  } finally {
    library.remove();
  }
}, 60_000);

test('actions that wait for a place in upstream are deleted once it is there, with their lines, in files for the generators as well', async () => {
  const library = createLibrary('update-');
  try {
    const action = (until: string, title: string): string =>
      `  # ${title}\n  - target: $.info\n    description: Waits. Goes when upstream has it.\n    x-until: ${until}\n    update:\n      x-note: ${title}\n`;
    const head = (title: string): string => `overlay: 1.1.0\ninfo:\n  title: ${title}\n  version: 1.0.0\n`;
    const waits = '$.components.schemas.Later';
    library.write(
      'overlays/15-early.overlay.yaml',
      `${head('What the API has already')}actions:\n${action('$.components.schemas.Early', 'early')}${action(waits, 'later')}`,
    );
    library.write(
      'overlays/95-early.overlay.yaml',
      `${head('The same for generators')}x-generators-only: true\nactions:\n${action('$.components.schemas.Early', 'early')}`,
    );
    const text = changed(library, ({ components }) => {
      components.schemas!.Early = { type: 'object' };
    });

    const update = await updateSpec(library.folders, versionOf(text), silent);

    const reason = 'Upstream has $.components.schemas.Early, until which it applies.';
    expect(update.deleted).toEqual([
      `overlays/15-early.overlay.yaml:7-11: $.info: ${reason}`,
      `overlays/95-early.overlay.yaml:8-12: $.info: ${reason}`,
    ]);
    expect(readFileSync(library.at('overlays/15-early.overlay.yaml'), 'utf8')).toBe(
      `${head('What the API has already')}actions:\n  # early\n${action(waits, 'later')}`,
    );
    expect(existsSync(library.at('overlays/95-early.overlay.yaml'))).toBe(false);
    expect(readFileSync(library.at('generated/openapi.yaml'), 'utf8')).toContain('x-note: later\n');
  } finally {
    library.remove();
  }
}, 60_000);

test('actions for the generators that no longer fit are deleted or counted again, so that the pipeline accepts them', async () => {
  const library = createLibrary('update-');
  try {
    const action = (target: string): string =>
      `  - target: ${target}\n    description: For editors. Goes with the schema.\n    x-expect: 9\n    update: { title: Named }\n`;
    const head =
      'overlay: 1.1.0\ninfo:\n  title: For editors alone\n  version: 1.0.0\nx-generators-only: true\nactions:\n';
    const counted = '$.components.schemas[?@.properties.name]';
    const file = 'overlays/95-editors.overlay.yaml';
    const { schemas } = (parse(textOf(library)) as Description).components;
    const named = Object.values(schemas!).filter(({ properties }) => isObject(properties) && properties.name);
    library.write(file, `${head}${action('$.components.schemas.Gone')}${action(counted)}`);

    const update = await updateSpec(library.folders, versionOf(textOf(library)), silent);

    expect(update.deleted).toContainEqual(
      expect.stringMatching(
        /^overlays\/95-editors\.overlay\.yaml:7-10: \$\.components\.schemas\.Gone: Matches 0 nodes/,
      ),
    );
    expect(update.recounted).toEqual([`${file}:13: ${counted}: 9 → ${named.length}`]);
    expect(readFileSync(library.at(file), 'utf8')).toBe(
      `${head}${action(counted).replace('x-expect: 9', `x-expect: ${named.length}`)}`,
    );
    await runPipeline(library.folders, silent);
  } finally {
    library.remove();
  }
}, 60_000);

describe('a version that cannot be brought in leaves everything as it was, and says why:', () => {
  let library: Library;

  beforeEach(() => {
    library = createLibrary('update-');
    library.write('generated/api.gen.ts', '// what was there before\n');
  });

  afterEach(() => library.remove());

  const cases: [title: string, text: () => string, project: () => Project, says: RegExp][] = [
    [
      'no description',
      () => 'hello',
      () => library.folders,
      /^upstream\.yaml: holds a string, not an OpenAPI description/,
    ],
    ['a web page', () => '<!doctype html>', () => library.folders, /^upstream\.yaml: is a web page/],
    [
      'a name that is taken',
      () =>
        changed(library, ({ paths }) => {
          paths['/v1/more'] = { get: { operationId: 'books.list', ...response({ type: 'object' }) } };
        }),
      () => library.folders,
      /`books\.list` names both GET \/v1\/books and GET \/v1\/more/,
    ],
    [
      'overlays that are none',
      () => {
        library.write('overlays/75-test.overlay.yaml', 'actions: [\n');
        return textOf(library);
      },
      () => library.folders,
      /^overlays\/75-test\.overlay\.yaml:\d+:\d+: not valid YAML/,
    ],
    [
      'a folder that cannot be written',
      () => textOf(library).replace('version: 1.0.0', 'version: 1.0.1'),
      () => ({ ...library.folders, generated: '/dev/null/generated' }),
      /^\/dev\/null\/generated: cannot be written \(\w+\)/,
    ],
  ];

  test.each(cases)('%s', async (_, text, project, says) => {
    const version = versionOf(text());
    const before = contentsOf(library.root);

    const failure = await failureOf(updateSpec(project(), version, silent));

    expect(failure).toBeInstanceOf(PipelineError);
    expect(failure).toHaveProperty('message', expect.stringMatching(says));
    expect((failure as Error).message).not.toMatch(/mistral-sdk-|\n\s+at /);
    expect(contentsOf(library.root)).toEqual(before);
  });
});

test('the real overlays follow a description without a whole resource', async () => {
  const root = mkdtempSync(join(tmpdir(), 'update-'));
  try {
    const folders = {
      spec: join(root, 'spec'),
      overlays: join(root, 'overlays'),
      generated: join(root, 'generated'),
    };
    cpSync('spec', folders.spec, { recursive: true });
    cpSync('overlays', folders.overlays, { recursive: true });
    const description = parse(readFileSync('spec/openapi.yaml', 'utf8')) as Description;
    const count = describedOperations.length;
    const gone: string[] = [];
    for (const [path, item] of Object.entries(description.paths)) {
      if (!path.startsWith('/v1/batch/jobs')) continue;
      const methods = Object.keys(item).filter((key) => /^(get|put|post|patch|delete)$/.test(key));
      gone.push(...methods.map((method) => `${method.toUpperCase()} ${path}`));
      delete description.paths[path];
    }
    const stages: Stage[] = [];

    const version = versionOf(stringify(description));
    const kept = await updateSpec(folders, version, (stage) => stages.push(stage));

    expect(kept.deleted).toEqual([]);
    expect(kept.kept.filter((place) => place.startsWith("$.paths['/v1/batch/jobs"))).toHaveLength(
      gone.length,
    );
    expect(stages.find(({ name }) => name === 'generate')?.figure).toMatch(`${count} operations`);

    stages.length = 0;
    const update = await updateSpec(folders, { ...version, drop: gone }, (stage) => stages.push(stage));

    expect(update.deleted.filter((line) => line.includes('70-names'))).toHaveLength(gone.length);
    expect(stages.find(({ name }) => name === 'generate')?.figure).toMatch(
      `${count - gone.length} operations`,
    );
    expect(update.leftOut).toEqual([]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 180_000);
