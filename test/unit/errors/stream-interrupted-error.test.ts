import { expect, test } from 'vitest';

import { StreamInterruptedError } from '../../../src/errors/stream-interrupted-error.js';

test.each([
  [0, '0 events'],
  [1, '1 event:'],
  [12, '12 events'],
])('a stream cut off after %i says so in good English', (count, words) => {
  const error = new StreamInterruptedError(count);

  expect(error.eventCount).toBe(count);
  expect(error.message).toContain(`cut off after ${words}`);
});
