import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createMockMistral } from '../../../src/testing/index.js';

beforeEach(() => {
  vi.stubGlobal('FinalizationRegistry', undefined);
  vi.resetModules();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test('where the runtime cannot tell what was collected, nothing is called', async () => {
  vi.stubGlobal('WeakRef', undefined);
  const { weakReference, whenCollected } = await import('../../../src/internal/garbage-collection.js');
  const held = {};
  const registry = whenCollected(() => expect.unreachable());

  registry.register({}, undefined, held);

  expect(registry.unregister(held)).toBe(false);
  expect(weakReference(held).deref()).toBe(held);
});

test('a client there streams, is observed, and hands out what it downloads', async () => {
  const sdk = await import('../../../src/index.js');
  const mock = createMockMistral({ 'files.download': 'content' });
  const ends: unknown[] = [];
  const mistral = new sdk.Mistral({
    apiKey: 'test-key-0123456789',
    fetch: mock.fetch,
    observer: () => ({ ended: (end) => ends.push(end) }),
  });

  const text = await mistral.chat.stream({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }).text();
  const file = await mistral.files.download({ file_id: '00000000-0000-4000-8000-000000000000' });

  expect(text).not.toBe('');
  expect(await file.text()).toBe('content');
  expect(ends).toHaveLength(2);
});
