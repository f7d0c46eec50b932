import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { findDrift } from '../../../../codegen/drift/find-drift.js';
import { mentionsIn } from '../../../../codegen/drift/mentions.js';
import { printMarkdown, printText } from '../../../../codegen/drift/print.js';
import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { readUpstreamYaml } from '../../../../codegen/files/read-upstream.js';
import { changesIn, driftBetween, driftOf, linesOf, vendoredCopy } from '../../../helpers/drift.js';

/** The object at a place of a document; the place is there. */
function at(document: JsonObject, ...path: string[]): JsonObject {
  return path.reduce((node, key) => node[key] as JsonObject, document);
}

const schema = (document: JsonObject, name: string) => at(document, 'components', 'schemas', name);

/** A document in which all that says `from` in a reference says `to`. */
function rename(document: JsonObject, from: string, to: string): void {
  const schemas = at(document, 'components', 'schemas');
  const text = JSON.stringify({ ...document });
  const renamed = JSON.parse(
    text.replaceAll(`"#/components/schemas/${from}"`, `"#/components/schemas/${to}"`),
  ) as JsonObject;
  Object.assign(document, renamed);
  const fresh = at(document, 'components', 'schemas');
  fresh[to] = fresh[from]!;
  delete fresh[from];
  expect(Object.keys(fresh)).toHaveLength(Object.keys(schemas).length);
}

describe('no drift', () => {
  test('is between the vendored description and itself', () => {
    const drift = driftOf(() => undefined, { overlays: true });

    expect(drift).toMatchObject({ verdict: 'none', subjects: [], overlays: [], unnamed: [] });
    expect(printText(drift)).toBe('No drift: `upstream` says what `spec/openapi.yaml` says\n');
  });

  test('is another order of keys and lists, other quotes and other line ends', () => {
    const reverse = (value: JsonValue, key = ''): JsonValue => {
      if (Array.isArray(value)) {
        const items = value.map((item) => reverse(item));
        return /^(required|enum|tags|parameters|oneOf|anyOf)$/.test(key) ? items.toReversed() : items;
      }
      if (typeof value !== 'object' || value === null) return value;
      // The order of a list in an example is the example's.
      const entries = Object.entries(value).map(([name, item]) => {
        return [name, /^examples?$/.test(name) ? item : reverse(item, name)] as const;
      });
      return Object.fromEntries(entries.toReversed());
    };
    const text = stringify(reverse(vendoredCopy()), {
      lineWidth: 40,
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'QUOTE_SINGLE',
    });

    const drift = driftOf((document) => {
      for (const key of Object.keys(document)) delete document[key];
      Object.assign(document, readUpstreamYaml(text.replaceAll('\n', '\r\n'), 'upstream'));
    });

    expect(linesOf(drift)).toEqual([]);
  });
});

describe('a change of the vendored description', () => {
  test('that renames a schema is one line, wherever the schema is used', () => {
    const drift = driftOf((document) => rename(document, 'ToolCall', 'FunctionToolCall'));

    expect(linesOf(drift)).toEqual(['documentation schema-renamed ToolCall']);
    expect(drift.types.renamed).toEqual([{ from: 'ToolCall', to: 'FunctionToolCall' }]);
    expect(drift.methods).toEqual({ removed: [], changed: [] });
  });

  test('that renames schemas in one another, one of them changed, is one line each and the change', () => {
    const drift = driftOf((document) => {
      rename(document, 'ChatCompletionRequest', 'ChatRequest');
      rename(document, 'ToolCall', 'FunctionToolCall');
      rename(document, 'FunctionCall', 'CalledFunction');
      delete at(schema(document, 'ChatRequest'), 'properties').seed;
      at(schema(document, 'ChatRequest'), 'properties').new_field = { type: 'string' };
    });

    expect(linesOf(drift)).toEqual(
      [
        'documentation schema-renamed ChatCompletionRequest',
        'additive property-added ChatCompletionRequest new_field',
        'documentation schema-renamed ToolCall',
        'documentation schema-renamed FunctionCall',
      ].toSorted((a, b) => linesOf(drift).indexOf(a) - linesOf(drift).indexOf(b)),
    );
  });

  test('that drops an operation takes its methods and types', () => {
    const drift = driftOf(
      (document) => {
        delete at(document, 'paths', '/v1/files/{file_id}/url').get;
        delete at(document, 'paths')['/v1/chat/moderations'];
      },
      { overlays: true },
    );

    expect(linesOf(drift)).toEqual(
      expect.arrayContaining([
        'breaking operation-removed GET /v1/files/{file_id}/url',
        'breaking operation-removed POST /v1/chat/moderations',
      ]),
    );
    expect(drift.methods.removed.toSorted()).toEqual(['classifiers.moderateChat', 'files.getSignedUrl']);
    expect(drift.types.removed).toContain('FilesGetSignedUrlParams');
  });

  test('that an overlay action does not fit is told with its place and reason', () => {
    const drift = driftOf((document) => delete at(schema(document, 'Prediction'), 'properties').type, {
      overlays: true,
    });

    expect(drift.overlays).toContainEqual({
      file: 'overlays/30-discriminators.overlay.yaml',
      action: expect.any(Number),
      description: expect.stringContaining('A prediction is in no union'),
      target: "$.components.schemas.Prediction.required[?@ == 'type']",
      reason: expect.stringContaining('Matches 0 nodes where x-expect says 1.'),
    });
  });

  test('that adds required fields breaks requests, and is more in responses', () => {
    const drift = driftOf(
      (document) => {
        for (const name of ['ChatCompletionRequest', 'ModelList']) {
          const { properties, required } = schema(document, name) as {
            properties: JsonObject;
            required?: string[];
          };
          properties.region = { type: 'string' };
          schema(document, name).required = [...(required ?? []), 'region'];
        }
      },
      { overlays: true },
    );

    expect(linesOf(drift)).toEqual([
      'additive required-property-added ModelList region',
      'breaking required-property-added ChatCompletionRequest region',
    ]);
    expect(drift.methods.changed).toEqual(
      expect.arrayContaining([
        { name: 'chat.complete', class: 'breaking' },
        { name: 'chat.stream', class: 'breaking' },
        { name: 'models.list', class: 'additive' },
      ]),
    );
    expect(drift.types.changed).toEqual(
      expect.arrayContaining([
        { name: 'ChatCompletionRequest', class: 'breaking' },
        // The overlays copy it.
        { name: 'ChatCompletionStreamRequest', class: 'breaking' },
        { name: 'ModelList', class: 'additive' },
      ]),
    );
  });

  test('of a schema that travels both ways has the worse class, and each method the one of its own way', () => {
    const drift = driftOf((document) => {
      schema(document, 'CompletionArgs').required = ['temperature'];
    });

    expect(changesIn(drift)).toMatchObject([
      {
        of: 'CompletionArgs',
        class: 'breaking',
        directions: { request: 'breaking', response: 'additive' },
        sentence: '`temperature` is required now',
        why: 'every caller must send it',
      },
    ]);
    expect(drift.methods.changed).toContainEqual({ name: 'beta.agents.create', class: 'breaking' });
    expect(drift.methods.changed).toContainEqual({ name: 'beta.agents.get', class: 'additive' });
  });

  test('of enums depends on the way that they travel', () => {
    const drift = driftOf((document) => {
      schema(document, 'ProcessStatus').enum = ['Queued', 'Waiting'];
      schema(document, 'EmbeddingDtype').enum = ['float', 'float8'];
    });

    expect(linesOf(drift).toSorted()).toEqual([
      'additive enum-value-added EmbeddingDtype',
      'additive enum-value-added ProcessStatus',
      'breaking enum-value-removed EmbeddingDtype',
      'documentation enum-value-removed ProcessStatus',
    ]);
  });

  test('that drops a schema that our overlays alone use is breaking, and said to be theirs', () => {
    const schemas = { Lamp: { type: 'object' } } satisfies JsonObject;
    const socket = {
      Live: {
        post: {
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Lamp' } } } },
        },
      },
    };

    const drift = findDrift({
      vendored: { name: 'before', document: { openapi: '3.1.0', paths: {}, components: { schemas } } },
      upstream: { name: 'after', document: { openapi: '3.1.0', paths: {}, components: { schemas: {} } } },
      overlays: [],
      effective: { openapi: '3.1.0', paths: {}, components: { schemas, pathItems: socket } },
      types: '',
      files: new Map(),
    });

    expect(linesOf(drift)).toEqual(['breaking schema-removed Lamp']);
    expect(printText(drift)).toContain('`Lamp` (of our overlays)');
  });

  test('of the key that an operation wants is breaking, and new operations say theirs', () => {
    const drift = driftOf((document) => {
      Object.assign(at(document, 'components', 'securitySchemes'), {
        AdminKey: { type: 'http', scheme: 'bearer' },
      });
      const security = [{ AdminKey: [] }];
      at(document, 'paths', '/v1/models', 'get').security = security;
      at(document, 'paths')['/v1/keys'] = { get: { operationId: 'keys', security, responses: {} } };
    });

    expect(linesOf(drift)).toEqual([
      'additive security-scheme-added the document AdminKey',
      'breaking key-changed GET /v1/models',
      'additive operation-added GET /v1/keys',
    ]);
    expect(printText(drift)).toContain('- Wants the admin key instead of the API key: ');
    expect(printText(drift)).toMatch(/`GET \/v1\/keys`: .*, wants the admin key$/m);
  });

  test('by which a method would return pages is told', () => {
    const drift = driftOf(
      (document) => {
        const get = at(document, 'paths', '/v1/models', 'get');
        const number = (name: string) => ({ name, in: 'query', schema: { type: 'integer', default: 1 } });
        get.parameters = [number('page'), number('page_size')];
        at(schema(document, 'ModelList'), 'properties').total = { type: 'integer' };
      },
      { overlays: true },
    );

    expect(drift.becomingPages).toEqual(['models.list']);
    expect(printText(drift)).toContain('`models.list` returns one response today');
  });

  test('that leaves the overlays of an operation in peace is one that drops it, since it is kept', () => {
    const drift = driftOf((document) => delete at(document, 'paths')['/v1/chat/moderations'], {
      overlays: true,
    });

    expect(drift.overlays).toEqual([]);
    expect(drift.methods.removed).toEqual(['classifiers.moderateChat']);
  });

  test('that renames a schema is seen at a third of its parts, if it is used in the same places', () => {
    const half: JsonObject = { type: 'object', properties: { a: {}, b: {} } };
    const response = (name: string) => ({
      get: {
        operationId: 'lamps',
        responses: {
          200: {
            description: 'Fine.',
            content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
          },
        },
      },
    });
    const describing = (schemas: JsonObject, paths: JsonObject): JsonObject => ({
      openapi: '3.1.0',
      paths,
      components: { schemas },
    });
    const lamps = { ...half, properties: { a: {}, c: {} } };

    const same = driftBetween(
      describing({ LampsOut: half }, { '/lamps': response('LampsOut') }),
      describing({ Lamps: lamps }, { '/lamps': response('Lamps') }),
    );
    const elsewhere = driftBetween(
      describing({ LampsOut: half }, { '/lamps': response('LampsOut') }),
      describing({ Lamps: lamps }, { '/lamps': response('Lamps'), '/bulbs': response('Lamps') }),
    );

    expect(same.types.renamed).toEqual([{ from: 'LampsOut', to: 'Lamps' }]);
    expect(elsewhere.types.renamed).toEqual([]);
  });

  test('of a schema that no operation uses is documentation', () => {
    const describing = (name: string): JsonObject => ({
      openapi: '3.1.0',
      paths: {},
      components: { schemas: { [name]: { type: 'string' } } },
    });

    const drift = driftBetween(describing('Gone'), describing('Unused'));

    expect(drift.counts).toMatchObject({ breaking: 0, additive: 0 });
    expect(linesOf(drift)).toEqual([
      'documentation schema-removed Gone',
      'documentation schema-added Unused',
    ]);
  });

  test('that adds a stream and an operation says what needs a name', () => {
    const drift = driftOf(
      (document) => {
        const paths = at(document, 'paths');
        const content = { 'text/event-stream': { schema: { $ref: '#/components/schemas/CompletionEvent' } } };
        paths['/v1/ocr#stream'] = {
          post: {
            operationId: 'ocr_stream',
            tags: ['ocr'],
            summary: 'Read',
            responses: { 200: { description: 'Pages', content } },
          },
        };
        at(paths, '/v1/embeddings', 'post', 'responses', '200', 'content')['text/event-stream'] =
          content['text/event-stream'];
      },
      { overlays: true },
    );

    expect(linesOf(drift)).toEqual([
      'additive media-type-added POST /v1/embeddings 200',
      'additive operation-added POST /v1/ocr#stream',
    ]);
    expect(drift.unnamed).toEqual([
      {
        method: 'POST',
        path: '/v1/ocr#stream',
        operationId: 'ocr_stream',
        tags: ['ocr'],
        summary: 'Read',
        streams: true,
        key: 'the API key',
      },
    ]);
  });

  test('that breaks a reference is told, wherever it is', () => {
    const drift = driftOf((document) => {
      at(schema(document, 'ChatCompletionRequest'), 'properties').tools = {
        $ref: '#/components/schemas/Nothing',
      };
      at(schema(document, 'ToolCall'), 'properties').function = {
        $ref: '#/components/schemas/ToolCall/oops%',
      };
      schema(document, 'FunctionName').$ref = '#/components/schemas/FunctionName';
      at(document, 'paths', '/v1/models', 'get', 'responses', '200', 'content', 'application/json').schema = {
        $ref: './models.yaml',
      };
    });

    expect(linesOf(drift)).toEqual(
      [
        'breaking reference-broken GET /v1/models 200',
        'breaking reference-broken ToolCall function',
        // It refers to a name that refers to itself.
        'breaking reference-broken ToolChoice function',
        'breaking reference-broken FunctionName',
        'breaking reference-broken ChatCompletionRequest tools',
      ].toSorted((a, b) => linesOf(drift).indexOf(a) - linesOf(drift).indexOf(b)),
    );
  });

  test('that puts definitions into a schema is followed there', () => {
    const drift = driftOf((document) => {
      const media = at(
        document,
        'paths',
        '/v1/models',
        'get',
        'responses',
        '200',
        'content',
        'application/json',
      );
      media.schema = {
        $defs: {
          Tree: { type: 'object', properties: { trees: { type: 'array', items: { $ref: '#/$defs/Tree' } } } },
        },
        $ref: '#/$defs/Tree',
      };
    });

    expect(linesOf(drift)).toEqual(expect.not.arrayContaining([expect.stringContaining('reference-broken')]));
    expect(linesOf(drift)).toContain('additive property-added GET /v1/models 200.trees');
  });
});

test('schemas of one content that are renamed are told apart by where they are used', () => {
  const description = (first: string, second: string): JsonObject => {
    const sending = (name: string) => ({
      post: {
        requestBody: {
          content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
        },
      },
    });
    const content = { type: 'object', properties: { a: {}, b: {}, c: {} } };
    const schemas = Object.fromEntries([first, second].toSorted().map((name) => [name, content]));
    return {
      openapi: '3.1.0',
      paths: { '/v1/first': sending(first), '/v1/second': sending(second) },
      components: { schemas },
    };
  };

  const drift = driftBetween(description('A', 'B'), description('Z', 'Y'));

  expect(drift.types.renamed).toEqual([
    { from: 'A', to: 'Z' },
    { from: 'B', to: 'Y' },
  ]);
  expect(changesIn(drift)).toHaveLength(2);
});

describe('references that lead in circles', () => {
  const tree = (name: string, leaf: JsonObject): JsonObject => ({
    openapi: '3.1.0',
    paths: {
      '/v1/trees': {
        get: {
          responses: {
            200: { content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        [name]: {
          type: 'object',
          properties: { trees: { type: 'array', items: { $ref: `#/components/schemas/${name}` } }, ...leaf },
        },
      },
    },
  });

  test('end where they began', () => {
    expect(linesOf(driftBetween(tree('Tree', {}), tree('Tree', { leaf: { type: 'string' } })))).toEqual([
      'additive property-added Tree leaf',
    ]);
  });

  test('are seen through a new name', () => {
    expect(linesOf(driftBetween(tree('Tree', {}), tree('Plant', {})))).toEqual([
      'documentation schema-renamed Tree',
    ]);
  });

  test('are seen through a schema that is made of itself', () => {
    const self = { allOf: [{ $ref: '#/components/schemas/Self' }], properties: { a: { type: 'string' } } };
    const other = { ...self, properties: { a: { type: 'integer' } } };

    const drift = driftBetween(
      { openapi: '3.1.0', paths: {}, components: { schemas: { Self: self } } },
      { openapi: '3.1.0', paths: {}, components: { schemas: { Self: other } } },
    );

    expect(linesOf(drift)).toEqual(['documentation type-changed Self a']);
  });
});

test('a schema with a new name is the same one in every keyword that refers to it', () => {
  const named = (name: string): JsonObject => ({
    openapi: '3.1.0',
    paths: {},
    components: {
      schemas: {
        [name]: { type: 'string', enum: ['en', 'fr'] },
        Titles: {
          type: 'object',
          additionalProperties: { type: 'string' },
          propertyNames: { $ref: `#/components/schemas/${name}` },
        },
        Pairs: {
          type: 'array',
          items: {
            type: 'array',
            prefixItems: [{ $ref: `#/components/schemas/${name}` }, { type: 'number' }],
          },
        },
      },
    },
  });

  expect(linesOf(driftBetween(named('Language'), named('Locale')))).toEqual([
    'documentation schema-renamed Language',
  ]);
});

describe('whatever upstream changes', () => {
  const places: string[][] = [];
  const collect = (value: JsonValue, path: string[]): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      places.push([...path, key]);
      collect(item, [...path, key]);
    }
  };
  const vendored = vendoredCopy();
  collect(vendored, []);

  /** What says the same when it is gone: false, anything or nothing by default, or told by what stands beside it. */
  const isImplied = (path: readonly string[]) => {
    const text = JSON.stringify(at(vendored, ...path));
    return (
      ['type', 'required'].includes(path.at(-1)!) ||
      (path.at(-1) === 'additionalProperties' && /^(true|\{\})$/.test(text)) ||
      (path.at(-1) === 'parameters' && text === '[]')
    );
  };
  const step = Math.ceil(places.length / 40);
  const some = places.filter((path, index) => index % step === 0 && !isImplied(path));

  test.each(some.map((path) => [path.join(' '), path] as const))('without %s there is drift', (_, path) => {
    const drift = driftOf((document) => {
      const parent = at(document, ...path.slice(0, -1)) as JsonObject | JsonValue[];
      if (Array.isArray(parent)) parent.splice(Number(path.at(-1)), 1);
      else delete parent[path.at(-1)!];
    });

    expect(drift.verdict).not.toBe('none');
  });
});

test('the time grows with the description, and not with its square', () => {
  const text = JSON.stringify(vendoredCopy());
  const copies = (count: number, suffix: string): JsonObject => {
    const all = JSON.parse(text) as JsonObject;
    for (let index = 1; index < count; index++) {
      const prefix = '#/components/schemas/';
      const copy = JSON.parse(text.replaceAll(prefix, `${prefix}Copy${index}${suffix}`)) as JsonObject;
      for (const [path, item] of Object.entries(at(copy, 'paths')))
        at(all, 'paths')[`/copy${index}${path}`] = item;
      for (const [name, item] of Object.entries(at(copy, 'components', 'schemas'))) {
        at(all, 'components', 'schemas')[`Copy${index}${suffix}${name}`] = item;
      }
    }
    return all;
  };
  const start = performance.now();

  const drift = findDrift({
    vendored: { name: 'before', document: copies(8, '') },
    upstream: { name: 'after', document: copies(8, 'Renamed') },
    overlays: [],
    effective: vendoredCopy(),
    types: '',
    files: new Map(),
  });

  // Of eight copies that no operation uses, nothing tells which is which.
  const told = changesIn(drift).filter(({ why }) => why !== 'no operation uses it');
  expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['schema-renamed']));
  // Some seconds on a slow machine; a square would be minutes.
  expect(performance.now() - start).toBeLessThan(40_000);
});

describe('the report', () => {
  const drift = driftOf(
    (document) => {
      delete at(document, 'paths')['/v1/chat/moderations'];
      delete at(schema(document, 'Prediction'), 'properties').type;
      at(schema(document, 'ChatCompletionRequest'), 'properties').region = {
        type: 'string',
        description: 'x',
      };
      schema(document, 'ChatCompletionRequest').description = 'Another one';
      at(schema(document, 'ChatCompletionRequest'), 'properties', 'stream').description = 'Another one';
      schema(document, 'ProcessStatus').enum = ['Queued', 'a\u001B[31m`b\n# c'];
      at(schema(document, 'ChatCompletionRequest'), 'properties')['a\u001B[31m`b\n# c'] = {
        $ref: '\u001B[31m',
      };
    },
    { overlays: true },
  );

  test('begins with the verdict, and goes from the worst to the least', () => {
    const headings = printText(drift).match(/^\S.*$/gm)!;

    expect(headings[0]).toMatch(
      /^Drift: \d+ breaking changes?, \d+ additive changes, \d+ documentation changes, \d+ overlay actions?/,
    );
    expect(headings.slice(1).map((line) => line.replace(/ \(\d+\)$/, ''))).toEqual([
      'BREAKING',
      'ADDITIVE',
      'DOCUMENTATION',
      'OVERLAY ACTIONS THAT NO LONGER MATCH',
      'METHODS AND TYPES',
    ]);
  });

  test('names the methods that use a schema, and says the same of several places once', () => {
    const text = printText(drift);

    expect(text).toContain(
      '`classifiers.moderateChat`: `POST /v1/chat/moderations`\n  - Is gone: `npm run update-spec` keeps its methods, deprecated, unless they are dropped.',
    );
    expect(text).toContain('Schema `ChatCompletionRequest`, in requests of `chat.complete`, `chat.stream`');
    expect(text).toContain('- `region` is a new optional property (`string`).');
    expect(text).toContain('- Another description at the whole, `stream`.');
  });

  test('is the same in Markdown, with what is long folded away', () => {
    const markdown = printMarkdown(drift);

    expect(markdown).toMatch(/^# Drift: /);
    expect(markdown).toContain('## Breaking (');
    expect(markdown).toContain('<details>\n<summary>Documentation (');
    expect(markdown).toContain('### Schema `ChatCompletionRequest`');
  });

  test('does not do what is in upstream’s names and values', () => {
    for (const text of [printText(drift), printMarkdown(drift)]) {
      expect(text).not.toContain('\u001B');
      expect(text).not.toMatch(/^# c/m);
    }
  });

  test('loses nothing as JSON', () => {
    expect(JSON.parse(JSON.stringify(drift))).toEqual(drift);
  });
});

test('says which files name what is gone or renamed, as whole words', () => {
  const files = new Map([
    ['src/a.ts', 'const page = await mistral.files.list(); // FileSchema, ListFilesOut, ListFilesOutX'],
    ['docs/b.md', 'my.files.list and files.listing'],
  ]);
  const names = ['files.list', 'FileSchema', 'ListFilesOut'];

  expect(mentionsIn(files, names)).toEqual([{ file: 'src/a.ts', names }]);
  expect(mentionsIn(files, [])).toEqual([]);
});
