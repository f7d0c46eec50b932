import { Readable } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { bodyOf } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { formOf } from '../../helpers/form.js';

test('fields are text, in the order in which they were given', async () => {
  const form = await formOf({ model: 'voxtral', temperature: 0.5, diarize: false, text: '' });

  expect([...form]).toEqual([
    ['model', 'voxtral'],
    ['temperature', '0.5'],
    ['diarize', 'false'],
    ['text', ''],
  ]);
});

test('a list repeats its name', async () => {
  const form = await formOf({ timestamp_granularities: ['segment', 'word'], none: [] });

  expect([...form]).toEqual([
    ['timestamp_granularities', 'segment'],
    ['timestamp_granularities', 'word'],
  ]);
});

test('null and undefined are left out, in a list as well', async () => {
  const form = await formOf({ language: null, file_id: undefined, bias: ['a', null, 'b', undefined] });

  expect([...form]).toEqual([
    ['bias', 'a'],
    ['bias', 'b'],
  ]);
});

test('an object that is no file travels as JSON', async () => {
  expect((await formOf({ metadata: { team: ['a'] } })).get('metadata')).toBe('{"team":["a"]}');
});

describe('a file', () => {
  test.each([
    ['File', new File(['Être'], 'plan.txt')],
    ['name and content', { name: 'plan.txt', content: 'Être' }],
    ['read stream', Object.assign(Readable.from(['Ê', 'tre']), { path: '/data/me/plan.txt' })],
  ])('given as %s is a part with its name', async (_, value) => {
    const file = (await formOf({ file: value })).get('file') as File;

    expect(file.name).toBe('plan.txt');
    expect(await file.text()).toBe('Être');
  });

  test('may be one of several', async () => {
    const files = [new File(['a'], 'a.txt'), { name: 'b.txt', content: 'b' }];

    const form = await formOf({ files });

    expect(form.getAll('files').map((file) => (file as File).name)).toEqual(['a.txt', 'b.txt']);
  });

  test.each([
    ['a Buffer', Buffer.from('bytes')],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['a Blob', new Blob(['bytes'])],
    ['a Response', new Response('bytes')],
    ['a ReadableStream', bodyOf('bytes')],
    ['a Readable', Readable.from(['bytes'])],
  ])('without a name is refused by the name of its field: %s', async (_, value) => {
    const error = await failureOf(async () => formOf({ file: value }));

    expect(error, String(error)).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty('message', expect.stringMatching(/^`file`: The file has no name/));
  });

  test('that cannot be read fails with the reason as cause', async () => {
    const fault = new Error('EIO');
    const content = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(fault) });

    const error = await failureOf(formOf({ file: { name: 'a', content } }));

    expect(error).toMatchObject({
      name: 'MistralError',
      message: 'The file `a` could not be read to its end: EIO',
      cause: fault,
    });
  });
});
