/** What is measured, in the order of the tables. */
export interface Work {
  readonly title: string;
  /** What the figure is for one of. */
  readonly unit: 'event' | 'call' | 'item' | 'stream';
  /** How many of these one run has. */
  readonly count: number;
  /** CPU time of the process, or what the contender itself has measured: time that passes, in microseconds. */
  readonly measure: 'CPU' | 'latency';
  /** The most that this package may take, of what bare `fetch` takes. */
  readonly aim: number;
  readonly rounds: number;
}

const work = (
  title: string,
  unit: Work['unit'],
  count: number,
  aim: number,
  more: Partial<Work> = {},
): Work => ({
  title,
  unit,
  count,
  aim,
  measure: 'CPU',
  rounds: 15,
  ...more,
});

export const works = {
  streamWhole: work('a streamed chat, many events a chunk', 'event', 30_000, 1.1, { rounds: 41 }),
  streamEvent: work('a streamed chat, one event a chunk', 'event', 8_000, 1.1),
  streamSplit: work('a streamed chat, chunks cut inside characters', 'event', 20_000, 1.1),
  firstEvent: work('from the call to the first event', 'call', 100, 1.2, { measure: 'latency' }),
  paced: work('from an event leaving the server to having it', 'event', 200, 1.1, { measure: 'latency' }),
  chat: work('a chat call', 'call', 400, 1.15, { rounds: 31 }),
  embeddings: work('embeddings, 256 of 1024 numbers', 'call', 10, 1.05),
  ocr: work('an OCR response of 2 MB', 'call', 10, 1.05),
  concurrentCalls: work('1,000 calls at once', 'call', 1_000, 1.05),
  concurrentStreams: work('200 streams of 50 events at once', 'stream', 200, 1.05),
  accumulate: work('putting a response of 10,000 deltas together', 'event', 10_000, 1.3),
  paginate: work('paginating 100,000 items in pages of 100', 'item', 100_000, 1.1, { rounds: 7 }),
} as const satisfies Record<string, Work>;

export type WorkName = keyof typeof works;

/**
 * One program, as its author would write it with that library. Each function does one run, against the server at the
 * URL, and gives a figure that shows that it has done all of it (or, for `latency`, the median in microseconds).
 */
export type Contender = { readonly [Name in WorkName]?: (url: string, count: number) => Promise<number> };
