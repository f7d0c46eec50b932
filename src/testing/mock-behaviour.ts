import type { Sleep } from './event-stream.js';
import type { Reader } from './lazy-body.js';

/** One call, as a behaviour sees it. */
export interface Turn extends Reader {
  /** How often this behaviour was called, including this call. */
  readonly number: number;
  readonly sleep: Sleep;
  /** Resolves what a test gave into data or a `Response`; `undefined` is the default response. */
  resolve(given: unknown, number?: number): Promise<unknown>;
  /** Data as the API sends it. */
  toResponse(data: unknown): Response;
}

/** A changed response, from `inTurn()` or one of the faults. Behaviours can be nested. */
export class MockBehaviour<out Given> {
  /** Exists only in the types: ties a behaviour to the operations whose responses it contains. */
  declare readonly response?: Given;
  /** How many calls it takes to use everything in it. */
  readonly calls: number;
  readonly play: (turn: Turn) => Promise<unknown>;

  constructor(calls: number, play: (turn: Turn) => Promise<unknown>) {
    this.calls = calls;
    this.play = play;
  }
}

/** How many calls it takes to use a response completely. */
export const callsOf = (given: unknown): number => (given instanceof MockBehaviour ? given.calls : 1);
