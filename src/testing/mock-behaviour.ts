import type { Sleep } from './event-stream.js';
import type { Reader } from './lazy-body.js';

/** One call, as a behaviour sees it. */
export interface Turn extends Reader {
  /** How many calls have come to this behaviour, this one among them. */
  readonly number: number;
  readonly sleep: Sleep;
  /** What a given answer comes to: a plain answer, or a response. `undefined` is the usual answer. */
  answer(given: unknown, number?: number): Promise<unknown>;
  /** The plain answer as the API wraps it. */
  toResponse(plain: unknown): Response;
}

/** An answer with something done to it: what `inTurn()` and the faults make. They can be put into each other. */
export class MockBehaviour<out Answer> {
  /** Ties a behaviour to the operations whose answers it holds; there is nothing in it. */
  declare readonly answer?: Answer;
  /** How many calls it takes until everything in it was used. */
  readonly calls: number;
  readonly play: (turn: Turn) => Promise<unknown>;

  constructor(calls: number, play: (turn: Turn) => Promise<unknown>) {
    this.calls = calls;
    this.play = play;
  }
}

/** How many calls it takes until an answer was used as a whole. */
export const callsOf = (given: unknown): number => (given instanceof MockBehaviour ? given.calls : 1);
