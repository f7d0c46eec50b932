import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import type { JsonValue } from '../../../../codegen/description/json.js';
import { readOverlay, readOverlays, type Action } from '../../../../codegen/overlay/overlay.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { failureOf } from '../../../helpers/failure-of.js';

const scratch = mkdtempSync(join(tmpdir(), 'overlay-'));
const file = join(scratch, '10-test.overlay.yaml');
const info = { title: 'For a test', version: '1.0.0' };
const fine = { target: '$.info', description: 'Fine. Goes with the test.', update: { title: 'Lights' } };

beforeEach(() => {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function readText(text: string) {
  writeFileSync(file, text);
  return readOverlay(file);
}

const readDocument = (document: JsonValue) => readText(stringify(document));

const readAction = (action: JsonValue): Action =>
  readDocument({ overlay: '1.1.0', info, actions: [fine, action] }).actions[1]!;

async function messageOf(read: () => unknown): Promise<string> {
  const failure = await failureOf(read);
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

describe('an overlay', () => {
  test('is its file, its title and its actions', () => {
    const overlay = readDocument({ overlay: '1.1.0', info, extends: './openapi.yaml', actions: [fine] });

    expect(overlay).toEqual({
      file,
      title: 'For a test',
      generatorsOnly: false,
      actions: [
        {
          target: '$.info',
          description: 'Fine. Goes with the test.',
          change: { kind: 'update', value: { title: 'Lights' } },
          expect: undefined,
          optional: false,
          until: undefined,
        },
      ],
    });
  });

  test.each(['1.0.0', '1.0.1', '1.1.0', '1.1.7'])('may be of version %s', (version) => {
    expect(readDocument({ overlay: version, info, actions: [fine] }).actions).toHaveLength(1);
  });

  test('may be for the generators alone', () => {
    const overlay = { overlay: '1.1.0', info, 'x-generators-only': true, actions: [fine] };

    expect(readDocument(overlay).generatorsOnly).toBe(true);
  });

  test.each<[string, JsonValue, RegExp]>([
    ['is a list', [fine], /holds an array, not an Overlay document/],
    ['is empty', null, /holds null, not an Overlay document/],
    ['is an OpenAPI description', { openapi: '3.1.0', info, paths: {} }, /`overlay` is undefined.*Write `ov/],
    ['is of a version before the first', { overlay: '0.9.0', info, actions: [fine] }, /"0\.9\.0".*Write `ov/],
    ['is of a version to come', { overlay: '1.2.0', info, actions: [fine] }, /"1\.2\.0".*Write `overlay: 1/],
    ['has a number as its version', { overlay: 1.1, info, actions: [fine] }, /`overlay` is 1\.1\. Write `ov/],
    ['has no info', { overlay: '1.1.0', actions: [fine] }, /`info` needs a `title` and a `version`/],
    ['has no title', { overlay: '1.1.0', info: { version: '1' }, actions: [fine] }, /`info` needs a `title`/],
    ['has no info.version', { overlay: '1.1.0', info: { title: 'T' }, actions: [fine] }, /and a `version`/],
    ['has no actions', { overlay: '1.1.0', info }, /`actions` must be a list of at least one action/],
    [
      'has an empty list of actions',
      { overlay: '1.1.0', info, actions: [] },
      /must be a list of at least one/,
    ],
    ['has one action that is no list', { overlay: '1.1.0', info, actions: fine }, /`actions` must be a list/],
    [
      'misspells a field',
      { overlay: '1.1.0', info, actions: [fine], extend: 'x' },
      /unknown field `extend`.*Known: .*extends/,
    ],
    [
      'misspells a field of its info',
      { overlay: '1.1.0', info: { ...info, titel: 'T' }, actions: [fine] },
      /`info`: unknown field `titel`.*Known: title/,
    ],
    [
      'is described by a number',
      { overlay: '1.1.0', info: { ...info, description: 7 }, actions: [fine] },
      /`info\.description` is 7\. Write a text/,
    ],
    [
      'extends a list',
      { overlay: '1.1.0', info, extends: ['openapi.yaml'], actions: [fine] },
      /`extends` is \["openapi\.yaml"\]\. Write the URI of one description/,
    ],
    [
      'is for the generators by a word',
      { overlay: '1.1.0', info, 'x-generators-only': 'yes', actions: [fine] },
      /`x-generators-only` is "yes"\. Write true/,
    ],
    [
      'has the same action twice',
      {
        overlay: '1.1.0',
        info,
        actions: [
          { target: '$', description: 'Other.', update: {} },
          fine,
          Object.fromEntries(Object.entries(fine).toReversed()),
        ],
      },
      /action 3 \(Fine\. Goes with the test\.\) is the same as action 2\. Delete one/,
    ],
  ])('that %s is refused', async (_, document, reason) => {
    const message = await messageOf(() => readDocument(document));

    expect(message).toContain(file);
    expect(message).toMatch(reason);
  });

  test.each([
    ['is not closed', 'overlay: 1.1.0\ninfo: [\nactions: []\n', 3],
    ['repeats a key', 'overlay: 1.1.0\ninfo: {}\noverlay: 1.1.0\n', 3],
    ['is indented with a tab', 'overlay: 1.1.0\ninfo:\n\ttitle: T\n', 3],
  ])('whose YAML %s is refused, with the line to mend', async (_, text, line) => {
    const message = await messageOf(() => readText(text));

    expect(message).toContain(`${file}:${line}:`);
    expect(message).toMatch(/not valid YAML/);
    expect(message).toMatch(/Repair/);
  });

  test('whose YAML refers to an anchor that is not there is refused', async () => {
    const message = await messageOf(() => readText('overlay: 1.1.0\ninfo: *info\n'));

    expect(message).toContain(file);
    expect(message).toMatch(/not valid YAML.*info.*Repair/s);
  });

  test('that is missing is refused, with the word to restore it', async () => {
    const message = await messageOf(() => readOverlay(file));

    expect(message).toContain(file);
    expect(message).toMatch(/ENOENT.*Restore/);
  });
});

describe('an action', () => {
  const described = { target: '$.info', description: 'Repairs it. Goes with the test.' };

  test.each<[string, JsonValue, Action['change']]>([
    ['updates', { update: { title: 'T' } }, { kind: 'update', value: { title: 'T' } }],
    ['updates to null', { update: null }, { kind: 'update', value: null }],
    ['removes', { remove: true }, { kind: 'remove' }],
    ['copies', { copy: '$.tags' }, { kind: 'copy', source: '$.tags' }],
    ['removes, whatever it would update', { remove: true, update: {} }, { kind: 'remove' }],
    ['removes, whatever it would copy', { remove: true, copy: '$.tags' }, { kind: 'remove' }],
    ['updates beside `remove: false`', { remove: false, update: 1 }, { kind: 'update', value: 1 }],
    ['does nothing with `remove: false` alone', { remove: false }, { kind: 'none' }],
  ])('%s', (_, change, expected) => {
    expect(readAction({ ...described, ...(change as object) }).change).toEqual(expected);
  });

  test('has its description without the white space around it', () => {
    expect(readAction({ target: '$', description: '  Why.\n', remove: true }).description).toBe('Why.');
  });

  test('counts on a number of matches, or on none', () => {
    expect(readAction({ ...described, 'x-expect': 3, remove: true })).toMatchObject({
      expect: 3,
      optional: false,
    });
    expect(readAction({ ...described, 'x-optional': true, remove: true })).toMatchObject({
      expect: undefined,
      optional: true,
    });
  });

  test('applies until upstream has a place', () => {
    expect(readAction({ ...described, 'x-until': '$.tags[0]', remove: true }).until).toBe('$.tags[0]');
  });

  test('takes extensions that it does not know', () => {
    expect(readAction({ ...described, 'x-owner': 'someone', remove: true }).target).toBe('$.info');
  });

  test.each<[string, JsonValue, RegExp]>([
    [
      'without a target',
      { description: described.description, remove: true },
      /needs a `target`, a JSONPath/,
    ],
    ['whose target is no string', { ...described, target: ['$.info'], remove: true }, /needs a `target`/],
    ['without a change', described, /does nothing. Give it `update`, `copy` or `remove: true`/],
    ['with a misspelt field', { ...described, updates: {} }, /unknown field `updates`.*Known: .*update/],
    [
      'with both an update and a copy',
      { ...described, update: {}, copy: '$.tags' },
      /both `update` and `copy`. Make it two/,
    ],
    ['whose remove is no boolean', { ...described, remove: 'yes' }, /`remove` is "yes". Write true or false/],
    ['whose copy is no string', { ...described, copy: {} }, /`copy` is an object. Write the JSONPath/],
    [
      'that expects half a match',
      { ...described, remove: true, 'x-expect': 1.5 },
      /`x-expect` is 1\.5. Write a whole/,
    ],
    [
      'that expects no match',
      { ...described, remove: true, 'x-expect': 0 },
      /`x-expect` is 0. Write a whole number/,
    ],
    [
      'that expects less than nothing',
      { ...described, remove: true, 'x-expect': -1 },
      /`x-expect` is -1. Write a wh/,
    ],
    [
      'that expects a word',
      { ...described, remove: true, 'x-expect': '2' },
      /`x-expect` is "2". Write a whole number/,
    ],
    [
      'whose x-optional is no boolean',
      { ...described, remove: true, 'x-optional': 'yes' },
      /`x-optional` is "yes". Write true/,
    ],
    [
      'that expects what it calls optional',
      { ...described, remove: true, 'x-expect': 1, 'x-optional': true },
      /exclude each other. Keep one/,
    ],
    [
      'that applies until a number',
      { ...described, remove: true, 'x-until': 7 },
      /`x-until` is 7\. Write the JSONPath of the place/,
    ],
    [
      'that applies until what is not JSONPath',
      { ...described, remove: true, 'x-until': '$.tags[' },
      /`x-until` is not JSONPath \(RFC 9535\): \$\.tags\[\n.*\n\s+Correct the expression/,
    ],
  ])('%s is refused by number and description', async (_, action, reason) => {
    const message = await messageOf(() => readAction(action));

    expect(message).toContain(`${file}: action 2`);
    expect(message).toContain(described.description);
    expect(message).toMatch(reason);
  });

  test.each([
    ['absent', undefined],
    ['blank', ' '],
    ['a number', 7],
  ])('whose description is %s is refused by number and target', async (_, description) => {
    const message = await messageOf(() =>
      readAction({ target: '$.info', remove: true, ...(description !== undefined && { description }) }),
    );

    expect(message).toContain(`${file}: action 2 ($.info)`);
    expect(message).toMatch(/needs a `description`: why it exists and when it can go/);
  });

  test('that is no object is refused by number', async () => {
    const message = await messageOf(() => readAction('$.info'));

    expect(message).toContain(`${file}: action 2 is a string, not an object`);
  });
});

describe('a folder of overlays', () => {
  const write = (name: string) =>
    writeFileSync(
      join(scratch, name),
      stringify({ overlay: '1.1.0', info: { ...info, title: name }, actions: [fine] }),
    );

  test('is read in the order of the file names, and nothing else in it is read', () => {
    for (const name of ['20-second.overlay.yaml', '30-third.yml', '10-first.overlay.yaml']) write(name);
    writeFileSync(join(scratch, 'README.md'), 'Not an overlay.');

    const titles = readOverlays(scratch).map(({ title }) => title);

    expect(titles).toEqual(['10-first.overlay.yaml', '20-second.overlay.yaml', '30-third.yml']);
  });

  test('that holds one bad overlay is refused by the name of that file', async () => {
    write('10-first.overlay.yaml');
    writeFileSync(join(scratch, '20-second.overlay.yaml'), 'overlay: 1.1.0\n');

    expect(await messageOf(() => readOverlays(scratch))).toContain(join(scratch, '20-second.overlay.yaml'));
  });

  test('that is empty is refused', async () => {
    expect(await messageOf(() => readOverlays(scratch))).toMatch(
      `${scratch}: holds no overlay (*.yaml). Restore`,
    );
  });

  test('that is missing is refused', async () => {
    const missing = join(scratch, 'nowhere');

    const message = await messageOf(() => readOverlays(missing));

    expect(message).toContain(missing);
    expect(message).toMatch(/Restore/);
  });
});
