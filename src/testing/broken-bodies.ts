import { ArgumentError } from '../errors/argument-error.js';
import { checkCount, checkDelay } from './check-options.js';
import { connectionReset } from './failures.js';
import { chunksOf, lazyBody, type Bytes } from './lazy-body.js';
import { callsOf, MockBehaviour, type Turn } from './mock-behaviour.js';

/**
 * A place in a body: after so many events of a stream, after so many of them that say something, or so many bytes.
 *
 * A stream opens with an event that says nothing yet, so that `{ parts: 1 }` is after the first text, thinking or tool call,
 * where `{ events: 1 }` is before it.
 */
export type BodyPlace =
  | { readonly events: number; readonly parts?: undefined; readonly bytes?: undefined }
  | { readonly parts: number; readonly events?: undefined; readonly bytes?: undefined }
  | { readonly bytes: number; readonly events?: undefined; readonly parts?: undefined };

/**
 * The answer, ending early: the connection closes as if that was all.
 *
 * The sentinel of a stream, `[DONE]`, counts as an event.
 *
 * @param answer - What is cut; the usual answer if it is left out.
 * @throws {ArgumentError} unless the place is one. An answer that is over before the place fails when it is read.
 */
export function truncateAfter<Answer = never>(place: BodyPlace, answer?: Answer): MockBehaviour<Answer> {
  return interrupted('truncateAfter()', place, answer, async () => 'end');
}

/**
 * A lost connection: before the answer, or after a place in its body.
 *
 * @param answer - What is lost; the usual answer if it is left out.
 * @throws {ArgumentError} unless the place is one.
 */
export function disconnect<Answer = never>(
  place: { readonly after?: BodyPlace } = {},
  answer?: Answer,
): MockBehaviour<Answer> {
  const lose = async () => {
    throw connectionReset();
  };
  return place.after
    ? interrupted('disconnect()', place.after, answer, lose)
    : new MockBehaviour(callsOf(answer), lose);
}

export interface StallOptions {
  /** @default before the answer, its headers included */
  readonly after?: BodyPlace;
  /**
   * Then it goes on.
   *
   * @default Infinity: until the caller gives up
   */
  readonly forMs?: number;
}

/**
 * An answer that does not come, or stops coming, without the connection being closed.
 *
 * @param answer - What is held back; the usual answer if it is left out.
 * @throws {ArgumentError} unless the place and the time are some.
 */
export function stall<Answer = never>(
  { after, forMs = Infinity }: StallOptions = {},
  answer?: Answer,
): MockBehaviour<Answer> {
  if (forMs !== Infinity) checkDelay('stall()', 'forMs', forMs);
  const wait = async ({ sleep }: Turn, stop: AbortSignal): Promise<void> => {
    if (forMs !== Infinity) return sleep(forMs, stop);
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  };
  if (after) {
    return interrupted('stall()', after, answer, async (turn, stop) => {
      await wait(turn, stop);
      return 'go on';
    });
  }
  return new MockBehaviour(callsOf(answer), async (turn) => {
    await wait(turn, turn.signal ?? new AbortController().signal);
    return turn.answer(answer);
  });
}

/**
 * The answer after a while.
 *
 * @param answer - The usual answer if it is left out.
 * @throws {ArgumentError} for what is no time to wait.
 */
export function delay<Answer = never>(ms: number, answer?: Answer): MockBehaviour<Answer> {
  checkDelay('delay()', 'ms', ms);
  return stall({ forMs: ms }, answer);
}

/**
 * The answer in chunks that each end inside a character, wherever one takes more than a byte.
 *
 * @param answer - What is cut up; the usual answer if it is left out.
 */
export function splitUtf8<Answer = never>(answer?: Answer): MockBehaviour<Answer> {
  return withBody(answer, async function* (chunks) {
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

function interrupted<Answer>(
  owner: string,
  place: BodyPlace,
  answer: Answer | undefined,
  atPlace: (turn: Turn, stop: AbortSignal) => Promise<'end' | 'go on'>,
): MockBehaviour<Answer> {
  const [unit, count] = readPlace(owner, place);
  return withBody(answer, async function* (chunks, turn, stop) {
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
      throw new ArgumentError(
        `${owner}: the answer of the mock has only ${count - left} ${unit}, not ${count}`,
      );

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

/** Fields of an event that hold what a model says, and are not empty. */
const saysSomething = /"(content|text|arguments|tool_calls)":(?!""|null|\[\])/;

const units = ['events', 'parts', 'bytes'] as const;
type Unit = (typeof units)[number];

function readPlace(owner: string, place: BodyPlace): [Unit, number] {
  const [unit, another] = units.filter((each) => place[each] !== undefined);
  if (unit === undefined || another !== undefined)
    throw new ArgumentError(`${owner} takes a place in the answer: \`events\`, \`parts\` or \`bytes\``);
  const count = place[unit]!;
  checkCount(owner, unit, count, 0);
  return [unit, count];
}

function withBody<Answer>(
  answer: Answer | undefined,
  change: (chunks: AsyncGenerator<Bytes>, turn: Turn, stop: AbortSignal) => AsyncGenerator<Bytes, void>,
): MockBehaviour<Answer> {
  return new MockBehaviour(callsOf(answer), async (turn) => {
    const plain = await turn.answer(answer);
    const response = plain instanceof Response ? plain.clone() : turn.toResponse(plain);
    const { status, headers, body } = response;
    const changed = lazyBody((stop) => change(chunksOf(body, stop), turn, stop), turn);
    return new Response(changed, { status, headers });
  });
}
