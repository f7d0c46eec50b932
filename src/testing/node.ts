import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { fileURLToPath } from 'node:url';

import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { checkCount, checkOptions } from './check-options.js';
import { createCassette, type Cassette, type CassetteOptions } from './cassette.js';
import { isConnectionReset } from './failures.js';
import type { MockMistral } from './mock-mistral.js';
import type { Recordings } from './recording.js';

export interface ServeOptions {
  /**
   * `0` takes a free port.
   *
   * @default 0
   */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
}

/** A mock that listens. */
export interface MockServer {
  /** For the client's `baseURL`. */
  readonly url: string;
  readonly port: number;
  /** Stop listening and drop the connections that are still open. */
  close(): Promise<void>;
}

/**
 * Serve a mock over HTTP, for clients that take no `fetch`: other processes, other languages, a shell.
 *
 * A client that disconnects cancels the stream it was reading.
 *
 * @throws {ArgumentError} for what is not a mock, and an unknown option.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { createMockMistral } from 'mistral-sdk/testing';
 * import { serveMock } from 'mistral-sdk/testing/node';
 *
 * const server = await serveMock(createMockMistral());
 * const mistral = new Mistral({ apiKey: 'test', baseURL: server.url });
 *
 * await mistral.models.list();
 * await server.close();
 * ```
 */
export async function serveMock(mock: MockMistral, options: ServeOptions = {}): Promise<MockServer> {
  if (typeof (mock as Partial<MockMistral> | undefined)?.fetch !== 'function')
    throw new ArgumentError('serveMock(): the first argument must be a mock, made by `createMockMistral()`');
  checkOptions('serveMock(mock, options)', options, { port: undefined, host: undefined });
  const { port = 0, host = '127.0.0.1' } = options;
  checkCount('serveMock()', 'port', port, 0);
  const server = createServer((incoming, outgoing) => {
    serve(mock, incoming, outgoing).catch((error: unknown) => fail(outgoing, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // A server that listens on a port has an address of this form.
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(mock: MockMistral, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const response = await mock.fetch(
    new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'mock'}`),
    {
      ...initOf(incoming),
      signal: gone.signal,
    },
  );
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  // They would wait for the first event otherwise.
  outgoing.flushHeaders();
  if (response.body === null) outgoing.end();
  // Node types its web streams apart from the standard ones; they are the same objects.
  else await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
}

/** Failures are a caller that disconnected, a simulated fault, or a bug in a response that the test gave. */
function fail(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent || outgoing.destroyed || isConnectionReset(error)) outgoing.destroy();
  else
    outgoing
      .writeHead(500, { 'content-type': 'text/plain' })
      .end(`The mock failed: ${describeThrown(error)}`);
}

function initOf(incoming: IncomingMessage): RequestInit {
  const { method = 'GET' } = incoming;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (method === 'GET' || method === 'HEAD') return { method, headers };
  const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array<ArrayBuffer>>;
  // Required with a stream; the DOM's types do not know it yet.
  return { method, headers, body, duplex: 'half' } as RequestInit;
}

/** A cassette that is kept in a file. */
export interface FileCassette extends Cassette {
  /**
   * Writes the file, if it was recording. It is there whole, or as it was before.
   *
   * @throws {MistralError} if another cassette was saved to the file since this one was opened.
   */
  save(): Promise<void>;
}

/**
 * Open a cassette in a file of JSON, to replay it, or with `mode: 'record'` to make it anew.
 *
 * @param path - Its folders are made when it is saved.
 * @throws {ArgumentError} if there is no such file to replay, or it is none.
 *
 * @example
 * ```ts
 * import { openCassette } from 'mistral-sdk/testing/node';
 *
 * const mode = process.env.RECORD ? 'record' : 'replay';
 * const cassette = await openCassette('cassettes/models.json', { mode });
 * // Recorded with a key, and replayed without one.
 * const mistral = new Mistral({ apiKey: process.env.MISTRAL_API_KEY ?? 'none', fetch: cassette.fetch });
 *
 * console.log(await mistral.models.list());
 * await cassette.save();
 * ```
 */
export async function openCassette(path: string | URL, options: CassetteOptions = {}): Promise<FileCassette> {
  if ((typeof path !== 'string' || path === '') && !(path instanceof URL))
    throw new ArgumentError('openCassette(): the first argument must be the path of a file, or its URL');
  const file = typeof path === 'string' ? path : fileURLToPath(path);
  const isRecording = options.mode === 'record';
  const cassette = createCassette(isRecording ? undefined : await readRecordings(file), options);
  let known = isRecording ? await contentOf(file) : undefined;
  let saved = Promise.resolve();
  const save = async () => {
    const text = `${JSON.stringify(await cassette.finish(), null, 2)}\n`;
    await replaceFile(file, known, text);
    known = text;
  };
  return {
    ...cassette,
    async save() {
      if (!isRecording) return;
      saved = saved.then(save, save);
      await saved;
    },
  };
}

/** Write a file that has not changed since its content was known. The unfinished file keeps others out meanwhile. */
async function replaceFile(file: string, known: string | undefined, text: string): Promise<void> {
  const unfinished = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(unfinished, '', { flag: 'wx' });
  } catch (cause) {
    throw (cause as { code?: unknown }).code === 'EEXIST' ? savedByAnother(file, unfinished) : cause;
  }
  try {
    if ((await contentOf(file)) !== known) throw savedByAnother(file, unfinished);
    await writeFile(unfinished, text);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

const savedByAnother = (file: string, unfinished: string): MistralError =>
  new MistralError(
    `The cassette ${file} was not saved: another was saved to the file since this one was opened. Give each a file of its own (if ${unfinished} is there and nobody writes it, delete it)`,
  );

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

async function readRecordings(file: string): Promise<Recordings> {
  try {
    // What it holds is checked by who takes it.
    return JSON.parse(await readFile(file, 'utf8')) as Recordings;
  } catch (cause) {
    const problem =
      (cause as { code?: unknown }).code === 'ENOENT'
        ? `There is no cassette ${file}; record it with \`mode: 'record'\``
        : `The cassette ${file} cannot be read`;
    throw new ArgumentError(problem, { cause });
  }
}
