import type { Clock } from '../internal/clock.js';

/** How long to wait for the end of the body after the last event. */
const lingerMs = 250;

/** The end of a body usually arrives with its last event. After it was read, the connection can be reused. */
export async function readToEnd(body: ReadableStreamDefaultReader<Uint8Array>, clock: Clock): Promise<void> {
  const stopTimer = clock.after(lingerMs, () => void cancelBody(body));
  try {
    while (!(await body.read()).done);
  } catch {
    // The response is complete, whatever happens to the connection.
  } finally {
    stopTimer();
  }
}

export async function cancelBody(
  body: ReadableStreamDefaultReader<Uint8Array>,
  reason?: unknown,
): Promise<void> {
  // A failed body rejects `cancel()`, too; the failure itself is already reported.
  await body.cancel(reason).catch(() => undefined);
}
