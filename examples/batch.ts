/**
 * Has 10,000 requests answered by batch jobs, with a progress bar in a terminal and plain lines elsewhere.
 *
 * Talks to the mock API, whose jobs run for some seconds.
 *
 * Run: npm run example batch
 */
import { SingleBar } from 'cli-progress';
import { Mistral } from 'mistral-sdk';
import { runBatch, type BatchProgress } from 'mistral-sdk/batch';
import { createMockMistral, mockBatches } from 'mistral-sdk/testing';

const count = 10_000;

async function main(): Promise<void> {
  const mock = createMockMistral(mockBatches({ pollsUntilEnded: 12, respond: countLetters }));
  const mistral = new Mistral({ apiKey: 'example-key', fetch: mock.fetch });
  const display = process.stdout.isTTY ? bar() : lines();

  let letters = 0;
  const failures: string[] = [];
  const run = runBatch(mistral, words(), {
    endpoint: '/v1/embeddings',
    model: 'mistral-embed',
    maxRequestsPerJob: 2500,
    polling: { initialDelayMs: 100, maxDelayMs: 500 },
    toRequest: (word) => ({ input: word }),
    onProgress: display.show,
  });
  for await (const { input, output, error } of run) {
    if (error) failures.push(`${input}: ${error.message}`);
    else letters += output.usage.total_tokens ?? 0;
  }
  display.end();

  console.log(`${count} requests in 4 jobs: ${letters} letters, ${failures.length} failures, such as`);
  console.log(`  ${failures[0]}`);
}

/** Made one by one, as they would be read from a file or a database. */
function* words(): Generator<string> {
  for (let number = 0; number < count; number += 1) yield `word-${number}`;
}

/** What the mock does with a request; one in a thousand fails. */
function countLetters({ customId, body }: { customId: string; body: Record<string, unknown> }) {
  if (customId.endsWith('999')) return { status: 500, body: { message: 'The engine has slipped' } };
  const tokens = String(body.input).length;
  const usage = { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens };
  return { body: { id: customId, object: 'list', model: 'mistral-embed', data: [], usage } };
}

interface Display {
  show(this: void, progress: BatchProgress): void;
  end(): void;
}

function bar(): Display {
  const format = '{bar} {percentage} % | {value} of {total} requests | {failed} failed | {jobs} jobs';
  const single = new SingleBar({ format, hideCursor: true });
  single.start(count, 0, { failed: 0, jobs: 0 });
  return {
    show: ({ completed, failed, jobs }) => single.update(completed, { failed, jobs }),
    end: () => single.stop(),
  };
}

/** A line for each tenth. */
function lines(): Display {
  let tenths = -1;
  return {
    show: ({ completed, failed, jobs }) => {
      const reached = Math.floor((completed / count) * 10);
      if (reached === tenths) return;
      tenths = reached;
      console.log(`${completed} of ${count} requests, ${failed} failed, ${jobs} jobs`);
    },
    end: () => undefined,
  };
}

await main();
