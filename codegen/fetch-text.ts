import { PipelineError } from './pipeline-error.js';
import { readText } from './read-yaml.js';

const timeLimitMs = 30_000;

/**
 * The text of a file, or of what a URL leads to.
 *
 * @throws {PipelineError} if it cannot be had within half a minute.
 */
export const fetchText = async (fileOrUrl: string): Promise<string> =>
  /^https?:\/\//i.test(fileOrUrl) ? fetchUrl(fileOrUrl) : readText(fileOrUrl);

async function fetchUrl(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeLimitMs) });
    if (response.ok) return await response.text();
  } catch (cause) {
    throw new PipelineError(`${url}: cannot be reached (${reasonOf(cause)}). ${nextStep}`, { cause });
  }
  await response.body?.cancel();
  throw new PipelineError(`${url}: answers with status ${response.status}. ${nextStep}`);
}

const nextStep = 'Try again later, or give a file.';

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${timeLimitMs / 1000} s`;
  return (
    (cause as NodeJS.ErrnoException | undefined)?.code ?? (cause as Error | undefined)?.message ?? message
  );
}
