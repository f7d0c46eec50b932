import { expect, test } from 'vitest';

import { defaultSettings, mergeSettings } from '../../../src/transport/settings.js';

test('settings that say nothing leave what is below as it is', () => {
  expect(mergeSettings(defaultSettings, { timeoutMs: undefined, retry: undefined })).toBe(defaultSettings);
});

test('a setting counts where it is said, and what is undefined says nothing, of the waits between attempts as well', () => {
  const client = mergeSettings(defaultSettings, { maxRetries: 5, retry: { maxDelayMs: 1000 } });

  expect(mergeSettings(client, { timeoutMs: 1, retry: { initialDelayMs: undefined } })).toEqual({
    ...defaultSettings,
    maxRetries: 5,
    timeoutMs: 1,
    retry: { ...defaultSettings.retry, maxDelayMs: 1000 },
  });
});
