import { expect, onTestFinished, test, vi } from 'vitest';

import { soakAgents } from '../soak/agent-soak.js';

test('runs of agents under faults call nothing twice, keep histories that the API takes, and leave no rejection alone', async () => {
  const onRejection = vi.fn();
  process.on('unhandledRejection', onRejection);
  onTestFinished(() => void process.off('unhandledRejection', onRejection));

  const { ends, faults, resumed, toolCalls, repeated, refused, unexplained } = await soakAgents(150, 1);

  expect({ repeated, refused, unexplained }).toEqual({ repeated: [], refused: [], unexplained: [] });
  expect(onRejection).not.toHaveBeenCalled();
  // Each of what is tried was there.
  for (const end of ['reply', 'AbortError', 'StreamInterruptedError']) expect(ends).toHaveProperty(end);
  expect(Math.min(faults, resumed, toolCalls)).toBeGreaterThan(10);
});
