/**
 * Runs a batch of so many requests from a source that makes them one by one, and prints what was in memory.
 *
 * Run: node --expose-gc --import tsx test/unit/batch/a-million.ts 1000000
 */
import type { BatchJob } from '../../../generated/types.gen.js';
import { runBatch, type BatchClient } from '../../../src/batch/index.js';
import { instantClock } from '../../helpers/instant-clock.js';

const count = Number(process.argv[2]);
const limits = { maxJobs: 4, maxRequestsPerJob: 10_000 };

/** Jobs that are over at once. A file is known by its first request and how many it has. */
const server: BatchClient = {
  files: {
    upload: async ({ file }) => {
      const text = await file.text();
      return { id: `${/"custom_id":"(\d+)"/.exec(text)![1]}-${text.split('\n').length - 1}` };
    },
    download: async ({ file_id }) => {
      const [first, requests] = file_id.split('-').map(Number) as [number, number];
      let next = first;
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
        let text = '';
        for (const end = Math.min(next + 500, first + requests); next < end; next += 1)
          text += `{"custom_id":"${next}","response":{"status_code":200,"body":{"echo":${next}}}}\n`;
        controller.enqueue(new TextEncoder().encode(text));
        if (next === first + requests) controller.close();
      };
      return new Response(new ReadableStream({ pull }));
    },
  },
  batch: {
    jobs: {
      create: async ({ input_files }) => ({ id: input_files![0], status: 'QUEUED' }) as BatchJob,
      get: async ({ job_id }) => ({ id: job_id, status: 'SUCCESS', output_file: job_id }) as BatchJob,
      cancel: async () => ({}),
    },
  },
};

let made = 0;
async function* source(): AsyncGenerator<{ input: string }> {
  for (; made < count; made += 1) yield { input: String(made) };
}

function usedBytes(): number {
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let results = 0;
let joined = 0;
let mostHeld = 0;
const used: number[] = [];
const options = { endpoint: '/v1/embeddings', maxInlineBytes: 0, ...limits } as const;
for await (const { input, output } of runBatch(server, source(), options, { clock: instantClock() })) {
  results += 1;
  if (input.input === String((output as unknown as { echo: number }).echo)) joined += 1;
  mostHeld = Math.max(mostHeld, made - results);
  if (results % (count / 10) === 0) used.push(usedBytes());
}
console.log(JSON.stringify({ results, joined, mostHeld, used }));
