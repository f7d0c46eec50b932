import { MistralError } from './mistral-error.js';

/**
 * Where a caller's code called. Nothing is written out before something fails, and until then a runtime may hold on to the
 * functions of the stack and to what they were called on.
 */
export interface Caller {
  readonly stack?: unknown;
}

/**
 * Who is calling, by the stack of this tick: what fails later has a stack of its own, which begins at a timer or a socket.
 */
export function callerHere(): Caller {
  const { captureStackTrace } = Error as { captureStackTrace?: (target: object, below: unknown) => void };
  if (!captureStackTrace) return new Error();
  const caller: Caller = {};
  captureStackTrace(caller, callerHere);
  return caller;
}

/** The same, written out: for what may be held longer than a call takes, or by what has to notice that it is dropped. */
export const writtenOut = (caller: Caller | undefined): Caller => ({ stack: caller?.stack });

/** An error that many calls fail with, one after the other, does not grow with each. */
const longestStack = 16_384;

const frame = /^\s+at .|^[^\s@]*@/;

/**
 * Let the stack of an error of ours lead on to the code of the caller.
 *
 * @returns the error, or whatever else was thrown, to be thrown again.
 */
export function tellCaller(error: unknown, caller: Caller | undefined): unknown {
  if (!caller || !MistralError.isInstance(error)) return error;
  const { stack } = error;
  // A hook of the runtime may make anything of a stack.
  if (typeof stack !== 'string' || typeof caller.stack !== 'string' || stack.length > longestStack)
    return error;
  const frames = caller.stack
    .split('\n')
    .filter((line) => frame.test(line) && !stack.includes(placeIn(line)));
  // Not of an error that is frozen: it says more than what would be thrown instead.
  if (frames.length > 0) {
    const value = [stack.trimEnd(), ...frames].join('\n');
    Reflect.defineProperty(error, 'stack', { value, configurable: true, writable: true });
  }
  return error;
}

/** File and line: where a call is awaited, the runtime may have written a frame of the same line already. */
const placeIn = (line: string): string => /[^\s(@]+:\d+(?=:\d+\)?$)/.exec(line)?.[0] ?? line;

/** Do what a caller asks for; if it fails, the stack leads there. */
export async function fromHere<T>(run: () => PromiseLike<T>): Promise<T> {
  const caller = callerHere();
  try {
    return await run();
  } catch (error) {
    throw tellCaller(error, caller);
  }
}
