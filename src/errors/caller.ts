import { MistralError } from './mistral-error.js';

/**
 * The stack of a caller. It is formatted only for a failure; until then, a runtime may refer to the functions of the stack and
 * their receivers.
 */
export interface Caller {
  readonly stack?: unknown;
}

/**
 * The current caller, from the stack: an asynchronous failure has a stack that starts at a timer or a socket.
 */
export function captureCaller(): Caller {
  const { captureStackTrace } = Error as { captureStackTrace?: (target: object, below: unknown) => void };
  if (!captureStackTrace) return new Error();
  const caller: Caller = {};
  captureStackTrace(caller, captureCaller);
  return caller;
}

/** The same, already formatted: for owners that live longer than a call, or must notice that an object is abandoned. */
export const formatted = (caller: Caller | undefined): Caller => ({ stack: caller?.stack });

/** The stack of an error that many calls reject with must not grow with each. */
const longestStack = 16_384;

const frame = /^\s+at .|^[^\s@]*@/;

/**
 * Add the caller's frames to the stack of an error of this package.
 *
 * @returns the error, or another thrown value, to be thrown again.
 */
export function addCallerStack(error: unknown, caller: Caller | undefined): unknown {
  if (!caller || !MistralError.isInstance(error)) return error;
  const { stack } = error;
  // A hook of the runtime may return anything as a stack.
  if (typeof stack !== 'string' || typeof caller.stack !== 'string' || stack.length > longestStack)
    return error;
  const frames = caller.stack
    .split('\n')
    .filter((line) => frame.test(line) && !stack.includes(placeIn(line)));
  // Defining it on a frozen error would throw, and hide that error.
  if (frames.length > 0) {
    const value = [stack.trimEnd(), ...frames].join('\n');
    Reflect.defineProperty(error, 'stack', { value, configurable: true, writable: true });
  }
  return error;
}

/** File and line: the runtime may already have a frame of the same line, where the call is awaited. */
const placeIn = (line: string): string => /[^\s(@]+:\d+(?=:\d+\)?$)/.exec(line)?.[0] ?? line;

/** Run a function for a caller; the stack of a failure leads to the caller. */
export async function withCallerStack<T>(run: () => PromiseLike<T>): Promise<T> {
  const caller = captureCaller();
  try {
    return await run();
  } catch (error) {
    throw addCallerStack(error, caller);
  }
}
