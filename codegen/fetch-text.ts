import { readText } from './read-yaml.js';
import { PipelineError } from './pipeline-error.js';

const timeoutMs = 60_000;

/**
 * The text of a file, or of what a URL leads to.
 *
 * @throws {PipelineError} if it cannot be read.
 */
export async function fetchText(fileOrUrl: string): Promise<string> {
  if (!/^https?:\/\//i.test(fileOrUrl)) return readText(fileOrUrl);
  try {
    const response = await fetch(fileOrUrl, { signal: AbortSignal.timeout(timeoutMs) });
    if (response.ok) return await response.text();
    throw new Error(`the server answers with ${response.status}`);
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { message?: string; code?: string } };
    const reason = cause?.code ?? cause?.message ?? message;
    throw new PipelineError(
      `${fileOrUrl}: cannot be read (${reason}). Look at the address and the network, or give a file.`,
      { cause: error },
    );
  }
}
