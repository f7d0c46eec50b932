import { PipelineError } from '../run/pipeline-error.js';
import { readText } from './read-yaml.js';

/**
 * The text of a file, or of what a URL leads to.
 *
 * @throws {PipelineError} if it cannot be had in time.
 */
export const fetchText = async (fileOrUrl: string, timeLimitMs = 30_000): Promise<string> =>
  /^https?:\/\//i.test(fileOrUrl) ? fetchUrl(fileOrUrl, timeLimitMs) : readText(fileOrUrl);

async function fetchUrl(url: string, timeLimitMs: number): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeLimitMs) });
    if (response.ok) return await response.text();
  } catch (cause) {
    const isLate = (cause as Error).name === 'TimeoutError';
    const reason = isLate ? `no response within ${timeLimitMs / 1000} s` : reasonOf(cause);
    throw new PipelineError(`${url}: cannot be reached (${reason}). ${nextStep}`, { cause });
  }
  await response.body?.cancel();
  throw new PipelineError(`${url}: responds with status ${response.status}. ${nextStep}`);
}

const nextStep = 'Retry later, or give a file.';

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return (
    (cause as NodeJS.ErrnoException | undefined)?.code ?? (cause as Error | undefined)?.message ?? message
  );
}
