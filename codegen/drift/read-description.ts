import type { JsonObject } from '../json.js';
import { PipelineError } from '../pipeline-error.js';
import { readUpstreamYaml } from '../read-upstream.js';
import { readText } from '../read-yaml.js';

const timeLimitMs = 30_000;

/**
 * Read a description from a file, or from the web.
 *
 * @throws {PipelineError} if it cannot be had within half a minute, or is none.
 */
export async function readDescription(fileOrUrl: string): Promise<JsonObject> {
  const isUrl = /^https?:\/\//i.test(fileOrUrl);
  return readUpstreamYaml(isUrl ? await fetchText(fileOrUrl) : readText(fileOrUrl), fileOrUrl);
}

async function fetchText(url: string): Promise<string> {
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

const nextStep = 'Try again later, or give a file: `npm run drift -- --against openapi.yaml`.';

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${timeLimitMs / 1000} s`;
  return (
    (cause as NodeJS.ErrnoException | undefined)?.code ?? (cause as Error | undefined)?.message ?? message
  );
}
