import { ArgumentError } from '../errors/argument-error.js';
import { checkOptions } from './check-options.js';
import { requireSync } from '../errors/require-sync.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import { CassetteError } from './cassette-error.js';
import { differencesOf, type Difference } from './differences.js';
import { chunksOf, lazyBody, type Bytes } from './lazy-body.js';
import { recordBody, replayBody } from './record-body.js';
import type { RecordedBody, RecordedRequest, RecordedResponse, Recording, Recordings } from './recording.js';
import { keepHeaders, scrubSecrets, type Scrubber } from './scrub-secrets.js';
import { sleep } from './sleep.js';

export interface CassetteOptions {
  /**
   * `'replay'` responds with recordings, and never uses the network. `'record'` calls the API, and starts without recordings.
   *
   * @default 'replay'
   */
  readonly mode?: 'replay' | 'record' | undefined;
  /**
   * The `fetch` that is recorded.
   *
   * @default the global `fetch`
   */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Texts that no recording may contain, of eight characters or more. The API key of the requests is always one of them.
   *
   * @default []
   */
  readonly secrets?: readonly string[];
  /** Called with every text before it is recorded; returns it without private data such as names and addresses. */
  readonly scrub?: (text: string) => string;
}

/** Recordings that are replayed, or are being made. */
export interface Cassette {
  /** Replaces the global `fetch`; works detached from the cassette. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * All recordings, as plain data for JSON. Waits a moment for streams that have not ended yet. A stream that its reader
   * stopped early is marked as `cancelled`.
   */
  finish(): Promise<Recordings>;
  /**
   * Check that every recording was replayed.
   *
   * @throws {Error} naming the unused ones.
   */
  assertAllUsed(): void;
}

/**
 * Record real traffic once, and replay it from then on: streams event by event, uploads, errors.
 *
 * A request gets the first unused recording of the same method, path, query and body. Bodies are compared by value: JSON
 * regardless of the order of keys, forms field by field. The host and the headers do not count. A request that matches none
 * fails with a {@link CassetteError}, which names the nearest recording and the differences.
 *
 * Only harmless headers are recorded. Keys, tokens and signatures are removed from everything else.
 *
 * @throws {ArgumentError} for recordings of another format, and secrets that are too short to be told from words.
 *
 * @example
 * ```ts
 * import { createCassette } from 'mistral-sdk/testing';
 *
 * const recorder = createCassette(undefined, { mode: 'record' });
 * await new Mistral({ fetch: recorder.fetch }).models.list();
 *
 * const cassette = createCassette(await recorder.finish());
 * const mistral = new Mistral({ apiKey: 'none', fetch: cassette.fetch });
 * console.log(await mistral.models.list());
 * ```
 */
export function createCassette(given: Recordings = none, options: CassetteOptions = {}): Cassette {
  const known = { mode: undefined, fetch: 'function', secrets: undefined, scrub: 'function' } as const;
  checkOptions('createCassette(recordings, options)', options, known);
  const { mode = 'replay', secrets = [] } = options;
  const scrub = checked(options.scrub ?? ((text) => text));
  if (mode !== 'replay' && mode !== 'record')
    throw new ArgumentError(`createCassette(): \`mode\` must be 'replay' or 'record', not ${String(mode)}`);
  if (!Array.isArray(secrets) || secrets.some((secret) => typeof secret !== 'string'))
    throw new ArgumentError('createCassette(): `secrets` must be a list of texts');
  if (secrets.some((secret) => secret.length < 8))
    throw new ArgumentError(
      'createCassette(): a secret of less than eight characters would hit ordinary words',
    );
  checkFormat(given);

  const { recordings } = given;
  /** Each gives its current state; a request without a response yet has none. */
  const made: ((() => Recording) | undefined)[] = [];
  const used = new Set<Recording>();
  const open = new Set<Promise<void>>();

  const replay = async (incoming: IncomingRequest, signal: AbortSignal | undefined): Promise<Response> => {
    const found = findRecording(recordings, used, incoming.recorded);
    used.add(found);
    const { status, headers, body, ends } = found.response;
    if (!body || !('events' in body)) return new Response(replayBody(body), { status, headers });
    const encoder = new TextEncoder();
    const chunks = async function* (): AsyncGenerator<Bytes, void> {
      for (const event of body.events) yield encoder.encode(`${event}\n\n`);
      if (body.rest !== undefined) yield encoder.encode(body.rest);
      if (ends === 'disconnected') throw new TypeError('terminated');
      if (ends === 'cancelled')
        throw new CassetteError(
          `The recording of ${routeOf(found.request)} ends here: its reader cancelled the stream`,
        );
    };
    return new Response(lazyBody(chunks, { signal, onCancel: () => {} }), { status, headers });
  };

  const record = async (
    incoming: IncomingRequest,
    init: RequestInit | undefined,
    signal: AbortSignal | undefined,
  ) => {
    const { request, bytes, clean, recorded } = incoming;
    const place = made.push(undefined) - 1;
    const { duplex: _, ...rest } = (init ?? {}) as RequestInit & { duplex?: unknown };
    const response = await (options.fetch ?? globalThis.fetch)(request.url, {
      ...rest,
      method: request.method,
      headers: request.headers,
      redirect: request.redirect,
      signal: signal ?? null,
      body: bytes.byteLength > 0 ? bytes : null,
    });
    // The client reports what is wrong with it.
    if (typeof (response as Partial<Response> | undefined)?.headers?.get !== 'function') return response;
    const { status } = response;
    const contentType = response.headers.get('content-type') ?? '';
    const keep = (body: RecordedBody | undefined, ends?: RecordedResponse['ends']) => {
      const headers = Object.entries(keepHeaders(response.headers)).map(([name, value]) => [
        name,
        clean.text(value),
      ]);
      return {
        request: recorded,
        response: {
          status,
          headers: Object.fromEntries(headers) as Record<string, string>,
          ...(body && { body: clean.body(body) }),
          ...(ends && { ends }),
        },
      };
    };
    const handOut = (body: ReadableStream<Bytes> | Bytes | null) =>
      new Response(body, { status, headers: withoutEncoding(response.headers) });

    if (!/^text\/event-stream\b/i.test(contentType)) {
      const whole = new Uint8Array(await response.arrayBuffer());
      const body = await recordBody(whole, contentType);
      made[place] = () => keep(body);
      return handOut(whole.byteLength > 0 ? whole : null);
    }
    let close = () => {};
    open.add(new Promise<void>((resolve) => (close = resolve)));
    const { events, split, left } = eventSplitter();
    let ends: RecordedResponse['ends'] = 'cancelled';
    // Of a cancelled stream, the rest depends only on how the network split it into chunks.
    made[place] = () =>
      keep({ events, ...(ends !== 'cancelled' && left() !== '' && { rest: left() }) }, ends);
    const chunks = async function* (stop: AbortSignal): AsyncGenerator<Bytes, void> {
      try {
        for await (const chunk of chunksOf(response.body, stop)) {
          split(chunk);
          yield chunk;
        }
        if (!stop.aborted) ends = undefined;
      } catch (error) {
        if (!stop.aborted) ends = 'disconnected';
        throw error;
      } finally {
        close();
      }
    };
    return handOut(lazyBody(chunks, { signal, onCancel: close }));
  };

  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      // Not `request.signal`: it may be collected as garbage with the request while a stream still runs.
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      signal?.throwIfAborted();
      const incoming = await readRequest(request, secrets, scrub);
      return mode === 'replay' ? replay(incoming, signal) : record(incoming, init, signal);
    },
    async finish() {
      const stop = new AbortController();
      await Promise.race([Promise.all(open), sleep(longestWaitMs, stop.signal)]);
      stop.abort();
      if (mode === 'replay') return given;
      return { version: 1, recordings: made.flatMap((recording) => recording?.() ?? []) };
    },
    assertAllUsed() {
      const unused = mode === 'replay' ? recordings.filter((each) => !used.has(each)) : [];
      if (unused.length === 0) return;
      const lines = unused.map((each) => `number ${recordings.indexOf(each) + 1}, ${routeOf(each.request)}`);
      throw new Error(`The cassette has recordings that were not used:\n  ${lines.join('\n  ')}`);
    },
  };
}

const none: Recordings = { version: 1, recordings: [] };

/** A `scrub` that fails with an {@link ArgumentError}, as clients do not retry that. */
const checked =
  (scrub: (text: string) => string) =>
  (text: string): string => {
    let clean: unknown;
    try {
      clean = scrub(text);
    } catch (cause) {
      throw new ArgumentError('createCassette(): `scrub` failed; see `cause`', { cause });
    }
    if (typeof requireSync(clean, 'createCassette(): `scrub`') !== 'string')
      throw new ArgumentError(`createCassette(): \`scrub\` must return a string, got ${kindOf(clean)}`);
    return clean as string;
  };

/** For streams whose last event was read, but not their end. */
const longestWaitMs = 1000;

/** A request as it is sent, and as it is recorded. */
interface IncomingRequest {
  readonly request: Request;
  readonly bytes: Bytes;
  readonly recorded: RecordedRequest;
  readonly clean: Scrubber;
}

async function readRequest(
  request: Request,
  secrets: readonly string[],
  scrub: (text: string) => string,
): Promise<IncomingRequest> {
  const key = request.headers.get('authorization')?.replace(/^\w+ +/, '');
  const clean = scrubSecrets(key ? [key, ...secrets] : secrets, scrub);
  const bytes = new Uint8Array(await request.arrayBuffer());
  const { pathname, searchParams, search } = new URL(request.url);
  const body = await recordBody(bytes, request.headers.get('content-type') ?? '');
  const recorded = {
    method: request.method,
    // Base64 may contain a slash, so that a secret would seem to start in an earlier segment.
    path: clean.text(pathname).split('/').map(clean.text).join('/'),
    ...(search !== '' && { query: [...searchParams].map((each) => clean.query(each)) }),
    ...(body && { body: clean.body(body) }),
  };
  return { request, bytes, recorded, clean };
}

const routeOf = ({ method, path }: RecordedRequest): string => `${method} ${path}`;

/** @throws {CassetteError} if no unused recording matches. */
function findRecording(
  recordings: readonly Recording[],
  used: ReadonlySet<Recording>,
  incoming: RecordedRequest,
): Recording {
  const compared = recordings.map((recording) => ({
    recording,
    differences: differencesOf(comparable(recording.request), comparable(incoming)),
  }));
  const fitting = compared.filter(({ differences }) => differences.length === 0);
  const found = fitting.find(({ recording }) => !used.has(recording));
  if (found) return found.recording;

  const problem = `No recording matches ${routeOf(incoming)}`;
  const remedy = `Record again with \`mode: 'record'\` if this is intended`;
  if (compared.length === 0) throw new CassetteError(`${problem}: the cassette is empty. ${remedy}`);
  if (fitting.length > 0) {
    const times = fitting.length === 1 ? 'once' : `${fitting.length} times`;
    throw new CassetteError(`${problem}: it was recorded ${times}, and requested once more. ${remedy}`);
  }
  const [nearest] = compared.toSorted((a, b) => distanceOf(a.differences) - distanceOf(b.differences));
  const { recording, differences } = nearest!;
  const shown = differences
    .slice(0, mostShown)
    .map(({ place, recorded, actual }) => `${place}: recorded ${show(recorded)}, got ${show(actual)}`);
  const more = differences.length > mostShown ? [`and ${differences.length - mostShown} more`] : [];
  throw new CassetteError(
    `${problem}. The nearest is number ${recordings.indexOf(recording) + 1}, ${routeOf(recording.request)}, which differs:\n  ${[...shown, ...more].join('\n  ')}\n${remedy}`,
    differences,
  );
}

/** The order of names in a query or form does not matter; the order of the values of one name does. */
function comparable({ method, path, query = [], body }: RecordedRequest): unknown {
  if (!body) return { method, path, query: grouped(query), body };
  const [form, meant] = Object.entries(body)[0] ?? [];
  if (!('form' in body)) return { method, path, query: grouped(query), body: meant, as: form };
  const parts = body.form.map(({ name, ...part }) => [name, part] as const);
  return { method, path, query: grouped(query), body: grouped(parts), as: form };
}

function grouped(entries: readonly (readonly [string, unknown])[]): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = Object.create(null) as Record<string, unknown[]>;
  for (const [name, value] of entries) (groups[name] ??= []).push(value);
  return groups;
}

/** Another route counts more than any difference in query and body. */
const distanceOf = (differences: readonly Difference[]): number =>
  differences.reduce(
    (sum, { place }) => sum + (place === 'method' || place === 'path' ? Number.MAX_SAFE_INTEGER / 4 : 1),
    0,
  );

const mostShown = 5;

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Splits a stream into the texts of its complete events; `left` is an incomplete last one. */
function eventSplitter() {
  const decoder = new TextDecoder();
  const events: string[] = [];
  /** Chunks without the end of an event, joined only once. */
  let pending: string[] = [];
  let end = '';
  return {
    events,
    left: () => pending.join(''),
    split(chunk: Bytes): void {
      const text = decoder.decode(chunk, { stream: true });
      pending.push(text);
      // The separator may have started in an earlier chunk.
      const recent = end + text;
      end = recent.slice(-3);
      if (!eventEnd.test(recent)) return;
      const whole = pending.join('').split(eventEnd);
      pending = whole.splice(-1);
      end = pending[0]!.slice(-3);
      events.push(...whole);
    },
  };
}

const eventEnd = /\r\n\r\n|\n\n|\r\r/;

/** The body is returned decoded, so its length differs. */
function withoutEncoding(headers: Headers): Headers {
  const copy = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) copy.delete(name);
  return copy;
}

function checkFormat(given: unknown): void {
  const isRecording = (each: unknown) => isRecord(each) && isRecord(each.request) && isRecord(each.response);
  if (isRecord(given) && given.version === 1 && Array.isArray(given.recordings))
    if (given.recordings.every(isRecording)) return;
  throw new ArgumentError('createCassette() takes recordings of version 1, as finish() gives them');
}
