import { describe, expect, test, vi } from 'vitest';

import { mapConcurrent } from '../../../src/concurrency/index.js';
import { Mistral } from '../../../src/index.js';
import { transcribeLive } from '../../../src/realtime/index.js';
import { createMockMistral, disconnect, failWith } from '../../../src/testing/index.js';
import { streamTools } from '../../../src/tools/index.js';

const model = 'mistral-small-latest';
const messages = [{ role: 'user' as const, content: 'Bonjour' }];

function connect(isBroken: boolean) {
  const mock = createMockMistral(
    isBroken ? { 'chat.stream': failWith(503), 'audio.transcriptions.stream': disconnect() } : {},
  );
  const mistral = new Mistral({ apiKey: 'test', fetch: mock.fetch, maxRetries: 0 });
  return { mistral, WebSocket: mock.WebSocket };
}

describe.each([
  {
    name: 'the text of a stream',
    make: (isBroken: boolean) => connect(isBroken).mistral.chat.stream({ model, messages }).text(),
  },
  {
    name: 'a run of tools',
    make: (isBroken: boolean) =>
      streamTools(connect(isBroken).mistral.chat, { model, messages }, { tools: [] }),
  },
  {
    name: 'the results of many calls',
    make: (isBroken: boolean) =>
      mapConcurrent([1], async (item) => {
        if (isBroken) throw new Error('The function has failed');
        return item;
      }),
  },
  {
    name: 'the text of live audio',
    make(isBroken: boolean) {
      const { mistral, WebSocket } = connect(isBroken);
      const session = transcribeLive(mistral, { model, WebSocket });
      void session.end().catch(() => undefined);
      return session.text();
    },
  },
])('$name can be iterated, and is a promise', ({ make }) => {
  test('whose failure can be caught', async () => {
    const caught = vi.fn<(error: unknown) => string>(() => 'caught');

    expect(await make(true).catch(caught)).toBe('caught');
    expect(caught).toHaveBeenCalledExactlyOnceWith(expect.any(Error));
  });

  test('whose end can be waited for, whatever it is', async () => {
    const ended = vi.fn<() => void>();

    await make(false).finally(ended);
    await expect(make(true).finally(ended)).rejects.toThrow(Error);

    expect(ended).toHaveBeenCalledTimes(2);
  });
});
