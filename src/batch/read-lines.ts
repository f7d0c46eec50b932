import type { BatchJob } from '../../generated/types.gen.js';
import { NotFoundError } from '../errors/api-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { BatchClient } from './batch-client.js';
import type { BatchLine } from './batch-result.js';
import { decodeJsonl } from './decode-jsonl.js';

/** What is missing in the files of a job, for the errors of missing results. */
export interface Gaps {
  /** Lines that are not JSON. */
  badLines: number;
  /** The error for a file that does not exist any more. */
  gone: MistralError | undefined;
}

/**
 * Every line of a job's results: of its output file, its error file, or inline if it has neither. An interrupted download is
 * restarted, so a line may be repeated.
 */
export async function* readLines(
  mistral: BatchClient,
  job: BatchJob,
  signal: AbortSignal,
  gaps: Gaps,
): AsyncGenerator<BatchLine, void> {
  const files = [job.output_file, job.error_file].filter((file_id) => typeof file_id === 'string');
  for (const file_id of files) {
    try {
      yield* readFile(mistral, file_id, signal, gaps);
    } catch (error) {
      // The API deletes results after a while. Those of other jobs may still exist.
      if (!(error instanceof NotFoundError)) throw error;
      gaps.gone = error;
    }
  }
  if (files.length > 0) return;
  const { outputs } = job.outputs
    ? job
    : await untilAborted(signal, mistral.batch.jobs.get({ job_id: job.id, inline: true }, { signal }));
  yield* outputs ?? [];
}

const maxAttempts = 3;

async function* readFile(
  mistral: BatchClient,
  file_id: string,
  signal: AbortSignal,
  gaps: Gaps,
): AsyncGenerator<BatchLine, void> {
  let furthest = 0;
  for (let attempts = 1; ; attempts += 1) {
    let lines = 0;
    let badLines = 0;
    const onBadLine = () => void (badLines += 1);
    const download = async () => untilAborted(signal, mistral.files.download({ file_id }, { signal }));
    try {
      for await (const line of decodeJsonl<BatchLine>(download(), { onBadLine })) {
        lines += 1;
        yield line;
      }
      gaps.badLines += badLines;
      return;
    } catch (error) {
      if (lines > furthest) attempts = 1;
      furthest = Math.max(furthest, lines);
      if (signal.aborted || !(error instanceof MistralError) || !error.retryable || attempts >= maxAttempts)
        throw error;
    }
  }
}
