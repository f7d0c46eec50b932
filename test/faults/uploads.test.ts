import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { Mistral, type Fetch, type MistralOptions } from '../../src/index.js';
import { bindResources } from '../../src/resources/bind.js';
import { createTransport } from '../../src/transport/transport.js';
import { bodyOf } from '../helpers/event-stream.js';
import { describedOperations, propertiesOf, unwrap } from '../helpers/description.js';
import { failureOf } from '../helpers/failure-of.js';
import { handClock } from '../helpers/hand-clock.js';
import { serve } from '../helpers/loopback.js';
import { methodOf } from '../helpers/method-of.js';

const options: MistralOptions = { apiKey: 'test-key-0123456789', maxRetries: 0, logLevel: 'off' };

/** More than is kept, so that most of it is left in its source when the request is sent. */
const large = 5 * 1024 * 1024;

/** A file on the disk for one test. */
function onDisk(size: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.jsonl');
  writeFileSync(path, Buffer.alloc(size, 97));
  return path;
}

/** The operations with files, and the names of their file fields, read off the description afresh. */
const withFiles = describedOperations.flatMap((operation) => {
  if (operation.body?.type !== 'multipart/form-data') return [];
  const fields = Object.entries(propertiesOf(operation.body.schema)).filter(
    ([, schema]) => unwrap(schema).format === 'binary',
  );
  return fields.map(([field]) => ({ ...operation, field }));
});

/** A call of an operation with a value for its file, and the form that was sent. */
async function send(operation: (typeof withFiles)[number], file: unknown) {
  const forms: FormData[] = [];
  const fetch: Fetch = async (_, init) => {
    forms.push(await new Response(init.body, { headers: init.headers }).formData());
    return operation.kind === 'stream'
      ? new Response('data: {"type":"transcription.done"}\n\n', {
          headers: { 'content-type': 'text/event-stream' },
        })
      : Response.json({});
  };
  const params = Object.fromEntries(operation.parameters.map(({ name }) => [name, name]));
  const call = methodOf(new Mistral({ ...options, fetch }), operation.id)!;
  await call({ ...params, model: 'm', [operation.field]: file });
  return forms[0]!.get(operation.field);
}

/** A class with what a File has, and none of its prototypes: of a server framework, a test runner, a polyfill. */
class ForeignFile {
  readonly type = 'text/plain';
  readonly lastModified = 0;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  constructor(name: string, bytes: Uint8Array<ArrayBuffer>) {
    this.name = name;
    this.bytes = bytes;
  }
  get size() {
    return this.bytes.byteLength;
  }
  slice() {
    return this;
  }
  async arrayBuffer() {
    return this.bytes.slice().buffer;
  }
  stream(): ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> {
    return new Blob([this.bytes]).stream();
  }
}

class IterableFile extends ForeignFile {
  override stream() {
    return Readable.from([this.bytes]);
  }
}

const etre = new TextEncoder().encode('Être');
const foreign = (expression: string): unknown => runInNewContext(expression, { bytes: [...etre] });

const files: readonly (readonly [name: string, make: () => unknown])[] = [
  ['a File', () => new File([etre], 'a.jsonl')],
  ['a File of another realm', () => new ForeignFile('a.jsonl', etre)],
  ['a File whose stream is an iterable', () => new IterableFile('a.jsonl', etre)],
  ['a File that has no stream', () => Object.assign(new ForeignFile('a.jsonl', etre), { stream: undefined })],
  ['a Blob of another realm with a name', () => ({ name: 'a.jsonl', content: new ForeignFile('b', etre) })],
  ['the form of the official SDK', () => ({ fileName: 'a.jsonl', content: new Blob([etre]) })],
  ['the form of the official SDK with a stream', () => ({ fileName: 'a.jsonl', content: bodyOf('Être') })],
  ['an object of another realm', () => foreign('({ name: "a.jsonl", content: new Uint8Array(bytes) })')],
  [
    'an ArrayBuffer of another realm',
    () => ({ name: 'a.jsonl', content: foreign('new Uint8Array(bytes).buffer') }),
  ],
  [
    'a view of another realm',
    () => ({ name: 'a.jsonl', content: foreign('new DataView(new Uint8Array(bytes).buffer)') }),
  ],
  [
    'a generator of another realm',
    () => ({ name: 'a.jsonl', content: foreign('(async function* () { yield new Uint8Array(bytes) })()') }),
  ],
  [
    'a Response of another realm',
    () => ({
      status: 200,
      url: 'https://files.test/a.jsonl',
      headers: { get: () => 'text/plain' },
      body: Readable.from([etre]),
      arrayBuffer: async () => etre.buffer,
    }),
  ],
];

const noFiles: readonly (readonly [name: string, value: unknown])[] = [
  ['a path', './a.jsonl'],
  ['a number', 5],
  ['a boolean', true],
  ['an empty object', {}],
  ['a name without a content', { name: 'a.jsonl' }],
  ['a content without a name', { content: 'x' }],
  ['a URL', new URL('https://files.test/a.jsonl')],
  ['a Map', new Map()],
  ['a promise', new Promise(() => undefined)],
  ['a list of paths', ['./a.jsonl']],
];

test('a large File of another realm is sent again after a failure, in the same bytes', async () => {
  const bytes = new Uint8Array(5 * 1024 * 1024).map((_, index) => index);
  const received: Buffer[] = [];
  const lengths: (string | undefined)[] = [];
  const baseURL = await serve(async (request, response) => {
    lengths.push(request.headers['content-length']);
    received.push(await buffer(request));
    response
      .writeHead(received.length === 1 ? 503 : 200, {
        'content-type': 'application/json',
        'retry-after-ms': '1',
      })
      .end('{"id":"f"}');
  });

  for (const File of [ForeignFile, IterableFile]) {
    received.length = 0;
    const mistral = new Mistral({ ...options, baseURL, maxRetries: 1 });
    await mistral.files.upload({
      purpose: 'batch',
      file: new File('a.jsonl', bytes) as unknown as globalThis.File,
    });

    expect(received.map((body) => body.includes(Buffer.from(bytes)))).toEqual([true, true]);
    expect(received[1]!.equals(received[0]!)).toBe(true);
    expect(lengths.at(-1)).toBe(String(received[0]!.byteLength));
  }
});

test('there are operations with files', () => {
  expect(withFiles.map(({ id }) => id)).toEqual(expect.arrayContaining(['files.upload']));
  expect(withFiles.length).toBeGreaterThan(3);
});

describe.each(withFiles)('`$field` of $id', (operation) => {
  test.each(files)('takes %s', async (_, make) => {
    const sent = await send(operation, make());

    expect(sent).toBeInstanceOf(File);
    expect((sent as File).name).toBe('a.jsonl');
    expect(await (sent as File).text()).toBe('Être');
  });

  test.each(noFiles)('refuses %s, and says what it takes', async (_, value) => {
    expect(await failureOf(Promise.resolve(send(operation, value)))).toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(
        new RegExp(`^\`${operation.field}\` is an? \\w+, not a file; pass a File, .*{ name, content }`),
      ),
    });
  });

  test('says of a path what reads one', async () => {
    expect(await failureOf(send(operation, 'a.jsonl'))).toHaveProperty(
      'message',
      expect.stringContaining('fileFromPath(path)'),
    );
  });
});

describe('a stream that was read before is refused', () => {
  const upload = (content: unknown) =>
    new Mistral({ ...options, fetch: async () => Response.json({}) }).files.upload({
      file: { name: 'a.jsonl', content: content as Blob },
    });
  const refused = expect.objectContaining({
    name: 'ArgumentError',
    message: expect.stringContaining('open a new one for each upload'),
  });

  test.each<[string, () => unknown]>([
    ['a read stream', () => createReadStream(onDisk(10))],
    ['a web stream', () => bodyOf('text')],
    ['a generator', () => Readable.from(['text'])[Symbol.asyncIterator]()],
    ['the body of a Response', () => new Response('text').body],
  ])('%s, after its upload', async (_, make) => {
    const content = make();
    await upload(content);

    expect(await failureOf(upload(content))).toEqual(refused);
  });

  test.each<[string, () => unknown]>([
    ['a read stream', () => createReadStream(onDisk(10))],
    ['a web stream', () => bodyOf('text')],
  ])('%s, in another upload at the same time', async (_, make) => {
    const content = make();
    const [first, second] = await Promise.allSettled([upload(content), upload(content)]);

    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: refused });
  });

  test('a web stream of which somebody has read a part', async () => {
    const content = bodyOf('one', 'two');
    const reader = content.getReader();
    await reader.read();
    reader.releaseLock();

    expect(await failureOf(upload(content))).toEqual(refused);
  });

  test('a web stream that somebody is reading', async () => {
    const content = bodyOf('one');
    content.getReader();

    expect(await failureOf(upload(content))).toEqual(refused);
  });

  test('a read stream of which somebody has read a part, or that was closed', async () => {
    const [read, closed] = [createReadStream(onDisk(10)), createReadStream(onDisk(10))];
    await once(read, 'readable');
    read.read(1);
    closed.destroy();

    expect(await failureOf(upload(read))).toEqual(refused);
    expect(await failureOf(upload(closed))).toEqual(refused);
  });

  test('what gives a new iterator each time is no such stream', async () => {
    const content = { [Symbol.asyncIterator]: () => Readable.from([etre])[Symbol.asyncIterator]() };

    await upload(content);
    await upload(content);
  });
});

describe('a large stream is closed when its call ends', () => {
  const endings: Readonly<Record<string, Partial<MistralOptions>>> = {
    'by a connection that fails': { fetch: () => Promise.reject(new TypeError('fetch failed')) },
    'by an error of the API': { fetch: async () => Response.json({}, { status: 400 }) },
    'by an error of the API, and there are retries': {
      fetch: async () => Response.json({}, { status: 503 }),
      maxRetries: 2,
    },
    'by a key that cannot be had': { apiKey: () => Promise.reject(new Error('vault')) },
    'by a middleware that throws': { middleware: [() => Promise.reject(new Error('no'))] },
    'by a middleware that answers itself': { middleware: [async () => Response.json({})] },
    'by a success that did not need it': { fetch: async () => Response.json({}) },
  };

  test.each(Object.entries(endings))('%s', async (_, ending) => {
    const stream = createReadStream(onDisk(large));
    const mistral = new Mistral({ ...options, ...ending });

    await Promise.resolve(mistral.files.upload({ file: stream })).catch(() => undefined);

    await vi.waitFor(() => expect(stream.closed).toBe(true));
  });

  test('by its time limit or an abort, while the source stalls: what it waits for is let go of', async () => {
    for (const how of ['timeout', 'abort'] as const) {
      const cancelled = vi.fn();
      const clock = handClock();
      const controller = new AbortController();
      const content = new ReadableStream<Uint8Array>({ cancel: cancelled });
      const { files: resource } = bindResources(createTransport(options, { clock }));
      const failing = failureOf(
        resource.upload({ file: { name: 'a', content } }, { timeoutMs: 1000, signal: controller.signal }),
      );

      await turn();
      if (how === 'timeout') clock.pass(1000);
      else controller.abort();

      expect(await failing).toHaveProperty('name', how === 'timeout' ? 'TimeoutError' : 'AbortError');
      await vi.waitFor(() => expect(cancelled).toHaveBeenCalledOnce());
      expect(clock.pending()).toBe(0);
    }
  });

  test('and a slow one is not read on after its time limit', async () => {
    let pulls = 0;
    let give = () => undefined as void;
    async function* content() {
      for (;;) {
        pulls += 1;
        await new Promise<void>((resolve) => (give = resolve));
        yield etre;
      }
    }
    const clock = handClock();
    const { files: resource } = bindResources(createTransport(options, { clock }));
    const failing = failureOf(
      resource.upload({ file: { name: 'a', content: content() } }, { timeoutMs: 1000 }),
    );
    await turn();
    clock.pass(1000);
    await failing;
    give();
    await turn();

    expect(pulls).toBe(1);
  });
});

describe('a progress callback that fails', () => {
  const boom = new Error('the progress bar is broken');
  const failing: readonly (readonly [name: string, callback: () => void])[] = [
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    ['rejects', () => Promise.reject(boom) as never],
    [
      'throws later',
      (() => {
        let calls = 0;
        return () => {
          if ((calls += 1) % 2 === 0) throw boom;
        };
      })(),
    ],
  ];

  test.each(failing)('ends an upload by its own error, at once, when it %s', async (_, onProgress) => {
    const requests = vi.fn();
    const baseURL = await serve((request, reply) => {
      requests();
      request.resume();
      request.on('end', () => reply.end('{}'));
    });
    const stream = createReadStream(onDisk(large));
    const mistral = new Mistral({ ...options, baseURL, maxRetries: 2 });

    expect(await failureOf(mistral.files.upload({ file: stream }, { onProgress }))).toBe(boom);
    expect(requests.mock.calls.length).toBeLessThan(2);
    await vi.waitFor(() => expect(stream.closed).toBe(true));
  });

  test.each(failing)('ends a download by its own error when it %s, and closes it', async (_, onProgress) => {
    const closed = vi.fn();
    const baseURL = await serve((_request, reply) => {
      reply.on('close', closed);
      reply.writeHead(200, { 'content-length': 10 ** 9 });
      const write = () => void reply.write(Buffer.alloc(65_536), () => reply.destroyed || write());
      write();
    });
    const response = await new Mistral({ ...options, baseURL }).files.download(
      { file_id: 'f' },
      { onProgress },
    );

    expect(await failureOf(response.arrayBuffer())).toBe(boom);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });
});
