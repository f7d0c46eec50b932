import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import {
  ConnectionError,
  Mistral,
  type Fetch,
  type MistralOptions,
  type Progress,
  type Uploadable,
} from '../../src/index.js';
import { fileFromPath, saveToFile } from '../../src/uploads/node.js';
import { bodyOf } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { serve } from '../helpers/loopback.js';

const options: MistralOptions = { apiKey: 'test-key-0123456789', maxRetries: 0, logLevel: 'off' };

/** A folder for one test. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** For one test, what tells a page from a server. */
function pretendToBeAPage(): void {
  vi.stubGlobal('window', { document: {} });
  vi.stubGlobal('navigator', {});
  onTestFinished(() => void vi.unstubAllGlobals());
}

/** An API that keeps what it was sent. */
async function receiver() {
  const received: { headers: Record<string, unknown>; text: string }[] = [];
  const baseURL = await serve((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      reply.setHeader('content-type', 'application/json').end('{"id":"f"}');
    });
  });
  return { received, baseURL, mistral: new Mistral({ ...options, baseURL }) };
}

/** The file in the last form that was received. */
async function fileIn(
  received: readonly { headers: Record<string, unknown>; text: string }[],
): Promise<File> {
  const { headers, text } = received.at(-1)!;
  const form = await new Response(text, {
    headers: { 'content-type': String(headers['content-type']) },
  }).formData();
  return form.get('file') as File;
}

describe('an upload', () => {
  const onDisk = () => {
    const path = join(folder(), 'plan.jsonl');
    writeFileSync(path, 'Être');
    return path;
  };
  async function* pieces() {
    yield new TextEncoder().encode('Ê');
    yield new TextEncoder().encode('tre');
  }

  test.each<[string, () => Uploadable | Promise<Uploadable>]>([
    ['a path', () => fileFromPath(onDisk(), { type: 'text/x-jsonl' })],
    ['a File', () => new File(['Être'], 'plan.jsonl', { type: 'text/x-jsonl' })],
    [
      'a Blob with a name',
      () => ({ name: 'plan.jsonl', content: new Blob(['Être'], { type: 'text/x-jsonl' }) }),
    ],
    ['a Buffer', () => ({ name: 'plan.jsonl', content: Buffer.from('Être'), type: 'text/x-jsonl' })],
    ['a ReadableStream', () => ({ name: 'plan.jsonl', content: bodyOf('Ê', 'tre'), type: 'text/x-jsonl' })],
    ['an async iterable', () => ({ name: 'plan.jsonl', content: pieces(), type: 'text/x-jsonl' })],
    [
      'a read stream of Node',
      () => ({ name: 'plan.jsonl', content: createReadStream(onDisk()), type: 'text/x-jsonl' }),
    ],
    [
      'a Response',
      () => ({
        name: 'plan.jsonl',
        content: new Response('Être', { headers: { 'content-type': 'text/x-jsonl' } }),
      }),
    ],
  ])('of %s arrives with its name, type and bytes', async (_, make) => {
    const { mistral, received } = await receiver();

    await mistral.files.upload({ file: await make(), purpose: 'fine-tune' });

    const file = await fileIn(received);
    expect([file.name, file.type, await file.text()]).toEqual(['plan.jsonl', 'text/x-jsonl', 'Être']);
    expect(received[0]!.headers).toHaveProperty(
      'content-length',
      String(Buffer.byteLength(received[0]!.text)),
    );
  });

  test('I4 keeps a name from breaking out of its header', async () => {
    const { mistral, received } = await receiver();
    const name = 'a"b\r\nx-injected: 1\r\n\r\né.jsonl';

    await mistral.files.upload({ file: { name, content: 'x' } });

    expect(received[0]!.text).toContain(
      'filename="a%22b%0D%0Ax-injected: 1%0D%0A%0D%0Aé.jsonl"\r\ncontent-type: ',
    );
  });

  test('I4 refuses a type that would break out of its header', async () => {
    const { mistral, received } = await receiver();
    const file = { name: 'a', content: 'x', type: 'text/plain\r\nx-injected: 1' };

    expect(await failureOf(mistral.files.upload({ file }))).toHaveProperty('name', 'ArgumentError');
    expect(received).toHaveLength(0);
  });

  test('that the API would not take is refused before a byte is sent', async () => {
    const { mistral, received } = await receiver();
    const path = join(folder(), 'big.jsonl');
    writeFileSync(path, '');
    truncateSync(path, 512 * 1024 * 1024 + 1);

    expect(await failureOf(mistral.files.upload({ file: await fileFromPath(path) }))).toMatchObject({
      name: 'ArgumentError',
      message: '`big.jsonl` has 536870913 bytes or more, and the API accepts 536870912 at most',
    });
    expect(
      await failureOf(mistral.files.upload({ file: new File(['x'], 'a.csv'), purpose: 'fine-tune' })),
    ).toMatchObject({
      name: 'ArgumentError',
      message: "`a.csv` must end in .jsonl for `purpose: 'fine-tune'`",
    });
    expect(await failureOf(fileFromPath(join(folder(), 'absent')))).toHaveProperty('name', 'ArgumentError');
    expect(received).toHaveLength(0);
  });

  test.each([
    ['a Blob', 300_000],
    ['a large Blob', 3_000_000],
  ])('of %s tells how far it has come', async (_, size) => {
    const { mistral, received } = await receiver();
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => void seen.push(progress);

    await mistral.files.upload({ file: new File(['x'.repeat(size)], 'a.jsonl') }, { onProgress });

    const totalBytes = Buffer.byteLength(received[0]!.text);
    expect(seen[0]).toEqual({ sentBytes: 0, receivedBytes: 0, totalBytes });
    expect(seen.at(-1)).toEqual({ sentBytes: totalBytes, receivedBytes: 0, totalBytes });
    expect(seen.length).toBeGreaterThan(2);
  });

  test('is sent whole in a page, where streams need HTTP/2, and tells its beginning', async () => {
    const { mistral, received } = await receiver();
    const onProgress = vi.fn<(progress: Progress) => void>();
    pretendToBeAPage();

    await mistral.files.upload({ file: new File(['x'.repeat(3_000_000)], 'a.jsonl') }, { onProgress });

    const totalBytes = Buffer.byteLength(received[0]!.text);
    expect(received[0]!.headers).toHaveProperty('content-length', `${totalBytes}`);
    expect(onProgress).toHaveBeenCalledExactlyOnceWith({ sentBytes: 0, receivedBytes: 0, totalBytes });
  });

  test('whose `onProgress` rejects in a page ends with that, and neither is sent nor retried', async () => {
    const { mistral, received } = await receiver();
    const fault = new ConnectionError('The display is gone');
    const onProgress = vi.fn(async () => {
      throw fault;
    });
    pretendToBeAPage();

    const file = new File(['x'.repeat(3_000_000)], 'a.jsonl');
    expect(await failureOf(mistral.files.upload({ file }, { onProgress, maxRetries: 2 }))).toBe(fault);
    expect(onProgress).toHaveBeenCalledOnce();
    expect(received).toHaveLength(0);
  });

  test('whose source fails ends with that failure as cause, during the sending, too', async () => {
    const fault = new Error('EIO');
    async function* failing(after: number) {
      for (let sent = 0; sent < after; sent += 65_536) yield new Uint8Array(65_536);
      throw fault;
    }
    const { mistral } = await receiver();

    for (const after of [1000, 6_000_000]) {
      const file = { name: 'a.jsonl', content: failing(after) };
      expect(await failureOf(mistral.files.upload({ file }))).toMatchObject({
        name: 'MistralError',
        message: 'The file `a.jsonl` could not be read to its end: EIO',
        cause: fault,
      });
    }
  });

  test('that is refused early is told by its status', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
      });
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const mistral = new Mistral({ ...options, baseURL: `http://127.0.0.1:${port}` });

    const file = new File(['x'.repeat(3_000_000)], 'a.jsonl');
    expect(await failureOf(mistral.files.upload({ file }))).toHaveProperty('status', 413);
  });

  test('R12 that is refused early is ended, however much is left of it', async () => {
    const fetch = vi.fn<Fetch>(async () => new Response('{}', { status: 400 }));

    const file = new File(['x'.repeat(3_000_000)], 'a.jsonl');
    expect(await failureOf(new Mistral({ ...options, fetch }).files.upload({ file }))).toHaveProperty(
      'status',
      400,
    );

    expect(fetch.mock.calls[0]![1].signal).toHaveProperty('aborted', true);
  });

  test('that is aborted lets go of its source', async () => {
    const left = vi.fn();
    const controller = new AbortController();
    async function* endless() {
      try {
        for (let sent = 0; ; sent += 65_536) {
          if (sent > 8_000_000) controller.abort('enough');
          yield new Uint8Array(65_536);
        }
      } finally {
        left();
      }
    }
    const { mistral } = await receiver();
    const call = mistral.files.upload(
      { file: { name: 'a', content: endless() } },
      { signal: controller.signal },
    );

    expect(await failureOf(call)).toMatchObject({ name: 'AbortError', cause: 'enough' });
    await vi.waitFor(() => expect(left).toHaveBeenCalled());
  });

  test('of 512 MB from the disk takes less than 64 MB of memory', async () => {
    const path = join(folder(), 'big.jsonl');
    writeFileSync(path, '');
    truncateSync(path, 512 * 1024 * 1024);
    const server = spawn('node', ['--input-type=module', '-e', countingServer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void server.kill());
    const [port] = (await once(server.stdout, 'data')) as [Buffer];

    const printed = execFileSync(
      'node',
      ['--input-type=module', '-e', uploadingClient, String(port).trim(), path],
      {
        encoding: 'utf8',
      },
    );

    const { received, addedBytes } = JSON.parse(printed) as { received: number; addedBytes: number };
    expect(received).toBeGreaterThan(512 * 1024 * 1024);
    expect(addedBytes).toBeLessThan(64 * 1024 * 1024);
  });

  const countingServer = `
    import { createServer } from 'node:http';
    const server = createServer((request, reply) => {
      let received = 0;
      request.on('data', (chunk) => (received += chunk.length));
      request.on('end', () => reply.setHeader('content-type', 'application/json').end(JSON.stringify({ received })));
    });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  `;
  const uploadingClient = `
    import { Mistral } from './dist/esm/index.js';
    import { fileFromPath } from './dist/esm/uploads/node.js';
    const [port, path] = process.argv.slice(1);
    const mistral = new Mistral({ apiKey: 'test-key-0123456789', baseURL: 'http://127.0.0.1:' + port });
    await mistral.files.upload({ file: { name: 'a.jsonl', content: 'x' } });
    // Not the process's own maximum, which it inherits of the one that started it.
    const before = process.memoryUsage.rss();
    let most = before;
    setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
    const { received } = await mistral.files.upload({ file: await fileFromPath(path) });
    console.log(JSON.stringify({ received, addedBytes: most - before }));
    process.exit();
  `;
});

describe('a download', () => {
  const text = 'line\n'.repeat(100_000);
  const from = async (handler: Parameters<typeof serve>[0]) =>
    new Mistral({ ...options, baseURL: await serve(handler) });

  test('comes piece by piece, and tells how far it has come', async () => {
    const mistral = await from((_, reply) => void reply.setHeader('content-length', text.length).end(text));
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => void seen.push(progress);

    const response = await mistral.files.download({ file_id: 'f' }, { onProgress });

    expect(await response.text()).toBe(text);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual({ sentBytes: 0, receivedBytes: text.length, totalBytes: text.length });
  });

  test('asks for an answer whose length is that of the file', async () => {
    const asked = vi.fn();
    const mistral = await from((request, reply) => {
      asked(request.headers['accept-encoding']);
      reply.end();
    });

    await (await mistral.files.download({ file_id: 'f' })).text();

    expect(asked).toHaveBeenCalledWith('identity');
  });

  /** Once the client has the head; else there is no download yet. */
  const soon = (cut: () => void) => void setTimeout(cut, 30);

  test.each<[string, Parameters<typeof serve>[0]]>([
    [
      'short of its length',
      (_, reply) => {
        reply.setHeader('content-length', 100);
        reply.write('half', () => soon(() => reply.socket!.end()));
      },
    ],
    ['cut between chunks', (_, reply) => void reply.write('half', () => soon(() => reply.socket!.destroy()))],
    ['reset', (_, reply) => void reply.write('half', () => soon(() => reply.socket!.resetAndDestroy()))],
  ])('that is %s is an error, and no file', async (_, handler) => {
    const mistral = await from(handler);
    const path = join(folder(), 'results.jsonl');
    writeFileSync(path, 'what was there before');

    expect(await failureOf((await mistral.files.download({ file_id: 'f' })).text())).toMatchObject({
      name: 'ConnectionError',
    });
    expect(await failureOf(saveToFile(mistral.files.download({ file_id: 'f' }), path))).toHaveProperty(
      'name',
      'ConnectionError',
    );
    expect(readFileSync(path, 'utf8')).toBe('what was there before');
    expect(readdirSync(join(path, '..'))).toEqual(['results.jsonl']);
  });

  test('of a custom fetch that is short of its length is one as well', async () => {
    const fetch = async () => new Response('half', { headers: { 'content-length': '100' } });
    const mistral = new Mistral({ ...options, fetch });

    expect(await failureOf((await mistral.files.download({ file_id: 'f' })).text())).toMatchObject({
      name: 'ConnectionError',
      message: 'GET /v1/files/f/content was cut off after 4 of 100 bytes',
    });
  });

  test('is written to a file', async () => {
    const mistral = await from((_, reply) => void reply.end(text));
    const path = join(folder(), 'results.jsonl');

    expect(await saveToFile(mistral.files.download({ file_id: 'f' }), path)).toEqual({ bytes: text.length });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('to where nothing can be written is an error, and its connection is closed', async () => {
    const closed = vi.fn();
    const mistral = await from((_, reply) => {
      reply.on('close', closed);
      reply.write(text);
    });
    const path = join(folder(), 'no', 'such', 'folder');

    expect(await failureOf(saveToFile(mistral.files.download({ file_id: 'f' }), path))).toMatchObject({
      name: 'MistralError',
      cause: { code: 'ENOENT' },
    });
    expect(existsSync(path)).toBe(false);
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });

  test('that is left closes its connection', async () => {
    const closed = vi.fn();
    const mistral = await from((_, reply) => {
      reply.on('close', closed);
      reply.write(text);
    });

    await (await mistral.files.download({ file_id: 'f' })).body!.cancel();

    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });

  test('keeps what came around it', async () => {
    const mistral = await from((_, reply) => void reply.setHeader('x-team', 'a').end('bytes'));

    const { data, response, attempts } = await mistral.files.download({ file_id: 'f' }).withResponse();

    expect(data).toBe(response);
    expect([data.status, data.headers.get('x-team'), new URL(data.url).pathname, attempts]).toEqual([
      200,
      'a',
      '/v1/files/f/content',
      1,
    ]);
  });
});

test('progress is refused where no file moves', async () => {
  const mistral = new Mistral({ ...options, fetch: vi.fn() });

  expect(await failureOf(mistral.models.list({}, { onProgress: () => undefined }))).toMatchObject({
    name: 'ArgumentError',
  });
});
