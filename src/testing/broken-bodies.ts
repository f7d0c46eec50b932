import { ArgumentError } from '../errors/argument-error.js';
import { checkCount, checkDelay, checkOptions } from './check-options.js';
import { isRecord } from '../internal/is-record.js';
import { connectionReset } from './failures.js';
import { chunksOf, lazyBody, type Bytes } from './lazy-body.js';
import { callsOf, MockBehaviour, type Turn } from './mock-behaviour.js';

/**
 * A position in a body: after a number of events of a stream, after a number of events with content, or after a number of
 * bytes.
 *
 * The first event of a stream has no content, so `{ parts: 1 }` is after the first text, thinking or tool call, and
 * `{ events: 1 }` is before it.
 */
export type BodyPlace =
  | { readonly events: number; readonly parts?: undefined; readonly bytes?: undefined }
  | { readonly parts: number; readonly events?: undefined; readonly bytes?: undefined }
  | { readonly bytes: number; readonly events?: undefined; readonly parts?: undefined };

/**
 * A response that ends early: the connection closes normally, as if the body were complete.
 *
 * The sentinel of a stream, `[DONE]`, counts as an event.
 *
 * @param response - The response to truncate; the default response if omitted.
 * @throws {ArgumentError} if the place is invalid. A response that is shorter than the place fails when it is read.
 */
export function truncateAfter<Given = never>(place: BodyPlace, response?: Given): MockBehaviour<Given> {
  return interrupted('truncateAfter()', place, response, async () => 'end');
}

/**
 * A reset connection: before the response, or after a place in its body.
 *
 * @param response - The response that is lost; the default response if omitted.
 * @throws {ArgumentError} if the place is invalid.
 */
export function disconnect<Given = never>(
  place: { readonly after?: BodyPlace } = {},
  response?: Given,
): MockBehaviour<Given> {
  checkOptions('disconnect(options, response)', place, { after: undefined }, placeIsAfter);
  const lose = async () => {
    throw connectionReset();
  };
  return place.after !== undefined
    ? interrupted('disconnect()', place.after, response, lose)
    : new MockBehaviour(callsOf(response), lose);
}

export interface StallOptions {
  /** @default before the response headers */
  readonly after?: BodyPlace;
  /**
   * How long the stall lasts; then the response continues.
   *
   * @default Infinity: until the caller aborts or times out
   */
  readonly forMs?: number;
}

/**
 * A response that stalls, before its headers or after a place in its body, while the connection stays open.
 *
 * @param response - The response that stalls; the default response if omitted.
 * @throws {ArgumentError} if the place or the time is invalid.
 */
export function stall<Given = never>(options: StallOptions = {}, response?: Given): MockBehaviour<Given> {
  const known = { after: undefined, forMs: undefined };
  checkOptions('stall(options, response)', options, known, { ...placeIsAfter, ms: 'forMs' });
  const { after, forMs = Infinity } = options;
  if (forMs !== Infinity) checkDelay('stall()', 'forMs', forMs);
  const wait = async ({ sleep }: Turn, stop: AbortSignal): Promise<void> => {
    if (forMs !== Infinity) return sleep(forMs, stop);
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  };
  if (after !== undefined) {
    return interrupted('stall()', after, response, async (turn, stop) => {
      await wait(turn, stop);
      return 'go on';
    });
  }
  return new MockBehaviour(callsOf(response), async (turn) => {
    await wait(turn, turn.signal ?? new AbortController().signal);
    return turn.resolve(response);
  });
}

/**
 * A delayed response.
 *
 * @param response - The default response if omitted.
 * @throws {ArgumentError} if the time is invalid.
 */
export function delay<Given = never>(ms: number, response?: Given): MockBehaviour<Given> {
  checkDelay('delay()', 'ms', ms);
  return stall({ forMs: ms }, response);
}

/**
 * A response whose chunks end in the middle of multi-byte characters.
 *
 * @param response - The response to split; the default response if omitted.
 */
export function splitUtf8<Given = never>(response?: Given): MockBehaviour<Given> {
  return withBody(response, async function* (chunks) {
    for await (const chunk of chunks) {
      let start = 0;
      for (const [at, byte] of chunk.entries()) {
        // The first byte of a character that takes more than one.
        if (byte < 0xc0) continue;
        yield chunk.slice(start, at + 1);
        start = at + 1;
      }
      if (start < chunk.length) yield chunk.slice(start);
    }
  });
}

function interrupted<Given>(
  owner: string,
  place: BodyPlace,
  given: Given | undefined,
  atPlace: (turn: Turn, stop: AbortSignal) => Promise<'end' | 'go on'>,
): MockBehaviour<Given> {
  const [unit, count] = readPlace(owner, place);
  return withBody(given, async function* (chunks, turn, stop) {
    let left = count;
    let isOver = false;
    let previous = 0;
    let event = '';
    if (left === 0) {
      if ((await atPlace(turn, stop)) === 'end') return;
      isOver = true;
    }
    for await (const chunk of chunks) {
      const before = isOver ? chunk.length : bytesUntil(chunk);
      yield chunk.slice(0, before);
      if (isOver || left > 0) continue;
      if ((await atPlace(turn, stop)) === 'end') return;
      isOver = true;
      if (before < chunk.length) yield chunk.slice(before);
    }
    if (!isOver)
      throw new ArgumentError(`${owner}: the mock response has only ${count - left} ${unit}, not ${count}`);

    function bytesUntil(chunk: Bytes): number {
      if (unit === 'bytes') {
        const taken = Math.min(left, chunk.length);
        left -= taken;
        return taken;
      }
      for (const [at, byte] of chunk.entries()) {
        event += String.fromCharCode(byte);
        // An event ends with an empty line.
        const isWhole = byte === lineFeed && previous === lineFeed;
        previous = byte;
        if (!isWhole) continue;
        if (unit === 'events' || saysSomething.test(event)) left -= 1;
        event = '';
        if (left === 0) return at + 1;
      }
      return chunk.length;
    }
  });
}

const lineFeed = 10;

/** Fields of an event with content of the model that is not empty. */
const saysSomething = /"(content|text|arguments|tool_calls)":(?!""|null|\[\])/;

const units = ['events', 'parts', 'bytes'] as const;
/** For those who give a place where an option is expected. */
const placeIsAfter = { events: 'after', parts: 'after', bytes: 'after' };
type Unit = (typeof units)[number];

function readPlace(owner: string, place: BodyPlace): [Unit, number] {
  const given = isRecord(place) ? Object.keys(place).filter((name) => place[name as Unit] !== undefined) : [];
  const unit = units.find((each) => each === given[0]);
  if (unit === undefined || given.length > 1)
    throw new ArgumentError(`${owner} takes a place in the response: \`events\`, \`parts\` or \`bytes\``);
  const count = place[unit]!;
  checkCount(owner, unit, count, 0);
  return [unit, count];
}

function withBody<Given>(
  given: Given | undefined,
  change: (chunks: AsyncGenerator<Bytes>, turn: Turn, stop: AbortSignal) => AsyncGenerator<Bytes, void>,
): MockBehaviour<Given> {
  return new MockBehaviour(callsOf(given), async (turn) => {
    const plain = await turn.resolve(given);
    const response = plain instanceof Response ? plain.clone() : turn.toResponse(plain);
    const { status, headers, body } = response;
    const changed = lazyBody((stop) => change(chunksOf(body, stop), turn, stop), turn);
    return new Response(changed, { status, headers });
  });
}
