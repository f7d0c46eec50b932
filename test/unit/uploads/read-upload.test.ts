import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { isUploadable } from '../../../src/uploads/read-upload.js';
import { bodyOf } from '../../helpers/event-stream.js';
import { sentFile } from '../../helpers/form.js';

const bytes = new TextEncoder().encode('Être');

/** A file on the disk for one test. */
function onDisk(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A response that says it came from there, as only `fetch` can make one. */
const responseFrom = (url: string, body: BodyInit, init?: ResponseInit): Response =>
  Object.defineProperty(new Response(body, init), 'url', { value: url });

async function* inPieces() {
  yield bytes.slice(0, 1);
  yield bytes.slice(1);
}

describe('a name and a content make a file, where the content is', () => {
  test.each([
    ['a string', 'Être'],
    ['a Blob', new Blob([bytes])],
    ['a File of another name', new File([bytes], 'old.txt')],
    ['an ArrayBuffer', bytes.slice().buffer],
    ['a Uint8Array', bytes],
    ['a Buffer', Buffer.from(bytes)],
    ['a DataView', new DataView(bytes.slice().buffer)],
    ['a ReadableStream', bodyOf(bytes.slice(0, 1), bytes.slice(1))],
    ['an async iterable', inPieces()],
    ['a Response', new Response(bytes)],
  ])('%s', async (_, content) => {
    const file = await sentFile({ name: 'plan.txt', content });

    expect(file).toBeInstanceOf(File);
    expect(file.name).toBe('plan.txt');
    expect(await file.text()).toBe('Être');
  });

  test('a Node read stream', async () => {
    const content = createReadStream(onDisk('old.txt'));

    const file = await sentFile({ name: 'plan.txt', content });

    expect(file.name).toBe('plan.txt');
    expect(await file.text()).toBe('Être');
  });
});

test('a stream is read through its reader, since not every browser can iterate one', async () => {
  const body = bodyOf(bytes.slice(0, 1), bytes.slice(1));
  const stream = { getReader: () => body.getReader() } as ReadableStream<Uint8Array>;

  expect(isUploadable(stream)).toBe(true);
  expect(await (await sentFile({ name: 'plan.txt', content: stream })).text()).toBe('Être');
});

describe('the name comes from', () => {
  test('a File, which is used as it is', async () => {
    const file = new File([bytes], 'plan.txt', { type: 'text/plain' });

    expect(await (await sentFile(file)).text()).toBe(await file.text());
  });

  test('the path of a Node read stream', async () => {
    const file = await sentFile(createReadStream(onDisk('plan.txt'), { highWaterMark: 1 }));

    expect(file.name).toBe('plan.txt');
    expect(await file.text()).toBe('Être');
  });

  test.each([
    ['/data/me/plan.txt'],
    ['C:\\Users\\me\\plan.txt'],
    ['plan.txt'],
    [Buffer.from('/data/me/plan.txt')],
  ])('a path like %s', async (path) => {
    const file = await sentFile(Object.assign(inPieces(), { path }));

    expect(file.name).toBe('plan.txt');
  });

  test('the URL of a Response, whose type is kept', async () => {
    const response = responseFrom('https://files.test/a/plan.txt?key=1#top', bytes, {
      headers: { 'content-type': 'text/plain' },
    });

    const file = await sentFile(response);

    expect(file.name).toBe('plan.txt');
    expect(file.type).toBe('text/plain');
    expect(await file.text()).toBe('Être');
  });
});

describe('the type', () => {
  test('is what the caller says', async () => {
    const content = new Blob([bytes], { type: 'text/plain' });

    expect((await sentFile({ name: 'a', content, type: 'application/pdf' })).type).toBe('application/pdf');
  });

  test.each([
    [new Blob([bytes], { type: 'text/csv' })],
    [new Response(bytes, { headers: { 'content-type': 'text/csv' } })],
  ])('is else what the content says', async (content) => {
    expect((await sentFile({ name: 'a.csv', content })).type).toBe('text/csv');
  });

  test('is else that of bytes', async () => {
    expect((await sentFile({ name: 'a', content: bytes })).type).toBe('application/octet-stream');
  });
});

describe('bytes', () => {
  test('of a Buffer are its own alone, not those of the pool around it', async () => {
    const pooled = Buffer.from('Être');
    expect(pooled.buffer.byteLength).toBeGreaterThan(pooled.byteLength);

    expect((await sentFile({ name: 'a', content: pooled })).size).toBe(pooled.byteLength);
  });

  test('of a view on a part of a buffer are of that part', async () => {
    const content = new Uint16Array(Uint8Array.of(0, 0, 1, 2, 3, 4, 0, 0).buffer, 2, 2);

    const file = await sentFile({ name: 'a', content });

    expect(new Uint8Array(await file.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test('of a chunk that is written over later arrive as they were', async () => {
    const pool = Uint8Array.of(0);
    async function* reusing() {
      for (pool[0] = 1; pool[0] <= 3; pool[0]++) yield pool;
    }

    const file = await sentFile({ name: 'a', content: reusing() });

    expect(new Uint8Array(await file.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('of a view are those at the time of the call', async () => {
    const content = Uint8Array.of(1);
    const file = await sentFile({ name: 'a', content });

    content[0] = 9;

    expect(new Uint8Array(await file.arrayBuffer())).toEqual(Uint8Array.of(1));
  });
});

describe('without a name', () => {
  test.each([
    ['a Response of no URL', new Response(bytes)],
    ['a Response of a URL that ends in a slash', responseFrom('https://files.test/', bytes)],
    ['a read stream of no path', Object.assign(inPieces(), { path: '' })],
  ])('%s is refused', async (_, value) => {
    await expect(sentFile(value)).rejects.toThrow(
      /^`file`: The file has no name, .* pass `\{ name, content \}`$/,
    );
  });

  test.each([
    ['a Blob', new Blob([bytes])],
    ['a Buffer', Buffer.from(bytes)],
    ['an ArrayBuffer', bytes.buffer],
  ])('%s is refused', async (_, value) => {
    // The types refuse these, and JavaScript does not.
    await expect(sentFile(value as unknown as File)).rejects.toThrow(TypeError);
  });
});

test('a response that was read already is refused, since it would be an empty file', async () => {
  const content = new Response('text');
  await content.text();

  await expect(async () => sentFile({ name: 'a', content })).rejects.toThrow(
    /^`file`: The response was read already/,
  );
});

describe('isUploadable', () => {
  test.each([
    ['a File', new File([], 'a')],
    ['a Blob', new Blob()],
    ['a Response', new Response()],
    ['a name and a content', { name: 'a', content: '' }],
    ['a read stream', Object.assign(inPieces(), { path: 'a' })],
    ['a Buffer', Buffer.from('')],
    ['an ArrayBuffer', new ArrayBuffer(0)],
    ['a DataView', new DataView(new ArrayBuffer(0))],
  ])('is true for %s', (_, value) => {
    expect(isUploadable(value)).toBe(true);
  });

  test.each([['a path'], [null], [undefined], [1], [{}], [{ name: 'a' }], [{ path: 'a' }], [[1, 2]]])(
    'is false for %j',
    (value) => {
      expect(isUploadable(value)).toBe(false);
    },
  );
});
