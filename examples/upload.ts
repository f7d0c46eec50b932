/**
 * Uploads a file from the disk and waits for the batch job that reads it, with a progress bar each in a terminal and plain
 * lines elsewhere.
 *
 * Talks to the mock API on loopback, whose jobs run for some seconds.
 *
 * Run: npm run example upload
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SingleBar } from 'cli-progress';
import { Mistral } from 'mistral-sdk';
import { fileFromPath } from 'mistral-sdk/node';
import { createMockMistral, mockBatches } from 'mistral-sdk/testing';
import { serveMock } from 'mistral-sdk/testing/node';
import { waitFor } from 'mistral-sdk/waiting';

const count = 100_000;

async function main(): Promise<void> {
  const server = await serveMock(createMockMistral(mockBatches({ pollsUntilEnded: 12 })));
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const path = join(folder, 'requests.jsonl');
    writeFileSync(path, requests());
    await run(new Mistral({ apiKey: 'example-key', baseURL: server.url }), path);
  } finally {
    rmSync(folder, { recursive: true });
    await server.close();
  }
}

async function run(mistral: Mistral, path: string): Promise<void> {
  const uploading = progress('bytes sent');
  const file = await mistral.files.upload(
    { file: await fileFromPath(path), purpose: 'batch' },
    { onProgress: ({ sentBytes, totalBytes }) => uploading.show(sentBytes, totalBytes) },
  );
  uploading.end();

  const created = await mistral.batch.jobs.create({
    endpoint: '/v1/chat/completions',
    model: 'mistral-small-latest',
    input_files: [file.id],
  });
  const waiting = progress('requests answered');
  const job = await waitFor(
    mistral.batch.jobs,
    { job_id: created.id },
    {
      initialDelayMs: 100,
      maxDelayMs: 500,
      onUpdate: ({ completed_requests, total_requests }) => waiting.show(completed_requests, total_requests),
    },
  );
  waiting.end();
  console.log(`${job.status}: the results are in the file ${job.output_file}`);
}

function requests(): string {
  const written = Array.from({ length: count }, (_, number) =>
    JSON.stringify({
      custom_id: `${number}`,
      body: { messages: [{ role: 'user', content: `What is ${number} times ${number}?` }] },
    }),
  );
  return `${written.join('\n')}\n`;
}

/** How far something has come, and of how much; `total` may not be known yet. */
interface Display {
  show(value: number, total: number | undefined): void;
  end(): void;
}

function progress(what: string): Display {
  return process.stdout.isTTY ? bar(what) : lines(what);
}

function bar(what: string): Display {
  const single = new SingleBar({ format: `{bar} {percentage} % | {value} ${what}`, hideCursor: true });
  single.start(1, 0);
  return {
    show(value, total) {
      if (total) single.setTotal(total);
      single.update(value);
    },
    end: () => single.stop(),
  };
}

/** A line for each quarter. */
function lines(what: string): Display {
  let quarters = -1;
  return {
    show(value, total) {
      const reached = total ? Math.floor((value / total) * 4) : 0;
      if (reached === quarters) return;
      quarters = reached;
      console.log(`${value} of ${total ?? 'an unknown number of'} ${what}`);
    },
    end: () => undefined,
  };
}

await main();
