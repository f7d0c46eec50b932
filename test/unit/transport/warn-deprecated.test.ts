import { describe, expect, test, vi } from 'vitest';

import { createTransport } from '../../../src/transport/transport.js';
import { bindResources } from '../../../src/resources/bind.js';
import type { TransportOptions } from '../../../src/transport/transport-options.js';

const header = 'x-model-deprecation-timestamp';
const messages = [{ role: 'user' as const, content: 'My "model":"no" and \\"model\\":\\"none\\"' }];

/** A client whose responses have this header, and what it warns of. */
function deprecating(timestamp: string | undefined, options: Partial<TransportOptions> = {}) {
  const warnings: string[] = [];
  const logger = {
    warn: (line: string) => void warnings.push(line),
    error: vi.fn(),
    info: vi.fn(),
    debug: vi.fn(),
  };
  const headers: Record<string, string> = timestamp === undefined ? {} : { [header]: timestamp };
  const fetch = async () => Response.json({ choices: [] }, { headers });
  const transport = createTransport({ apiKey: 'test-key-0123456789', fetch, logger, ...options });
  return { mistral: bindResources(transport), warnings };
}

describe('a model that will be removed', () => {
  test.each([
    ['2026-12-31T23:00:00Z', '2026-12-31'],
    ['2026-12-31', '2026-12-31'],
    ['1798758000', '2026-12-31'],
    ['1798758000.5', '2026-12-31'],
    ['1798758000000', '2026-12-31'],
  ])('is warned of with its day, for %s', async (timestamp, day) => {
    const { mistral, warnings } = deprecating(timestamp);

    await mistral.chat.complete({ messages, model: 'mistral-tiny' });

    expect(warnings).toEqual([
      `[mistral-sdk] The model mistral-tiny of chat.complete is deprecated and will be removed on ${day}; https://docs.mistral.ai/models says what replaces it`,
    ]);
  });

  test.each(['soon', '', ' ', '1e99', 'NaN', '-', '99999999999999999999'])(
    'is warned of without a day, for %j',
    async (timestamp) => {
      const { mistral, warnings } = deprecating(timestamp);

      expect(await mistral.chat.complete({ messages, model: 'mistral-tiny' })).toEqual({ choices: [] });

      expect(warnings).toHaveLength(1);
      expect(warnings[0]).not.toContain('removed on');
    },
  );

  test('is warned of once for each model and client', async () => {
    const { mistral, warnings } = deprecating('2026-12-31');
    const another = deprecating('2026-12-31');

    for (const model of ['a', 'b', 'a', 'b']) await mistral.chat.complete({ messages, model });
    await another.mistral.chat.complete({ messages, model: 'a' });

    expect(warnings.map((line) => /model (\w)/.exec(line)?.[1])).toEqual(['a', 'b']);
    expect(another.warnings).toHaveLength(1);
  });

  test('is told by its method where a form has its name', async () => {
    const { mistral, warnings } = deprecating('2026-12-31');

    await mistral.audio.transcriptions.complete({ model: 'voxtral-old', file: new File(['a'], 'a.mp3') });

    expect(warnings[0]).toContain('The model of audio.transcriptions.complete is');
  });

  test('may have no name in the request, and is warned of once for each method then', async () => {
    const { mistral, warnings } = deprecating('2026-12-31');

    await mistral.models.list();
    await mistral.models.list();
    await mistral.models.retrieve({ model_id: 'a' });

    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('The model of models.list is deprecated');
  });

  test('is not warned of where warnings are off, or without the header', async () => {
    const off = deprecating('2026-12-31', { logLevel: 'error' });
    const without = deprecating(undefined);

    await off.mistral.chat.complete({ messages, model: 'a' });
    await without.mistral.chat.complete({ messages, model: 'a' });

    expect([...off.warnings, ...without.warnings]).toEqual([]);
  });

  test('does not fail the call if the logger fails', async () => {
    const fail = () => {
      throw new Error('Not mine');
    };
    const logger = { warn: fail, error: fail, info: fail, debug: fail };
    const { mistral } = deprecating('2026-12-31', { logger });

    expect(await mistral.chat.complete({ messages, model: 'a' })).toEqual({ choices: [] });
  });

  test('never shows a key that somebody put in the place of its name', async () => {
    const { mistral, warnings } = deprecating('2026-12-31');

    await mistral.chat.complete({ messages, model: 'test-key-0123456789' });

    expect(warnings[0]).not.toContain('test-key-0123456789');
  });
});
