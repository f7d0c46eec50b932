import { describe, expect, test } from 'vitest';

import type { RealtimeTranscriptionServerMessage } from '../../../generated/types.gen.js';
import { transcribeLive } from '../../../src/realtime/node.js';
import { collect } from '../../helpers/collect.js';
import { accessTo } from '../../helpers/realtime-access.js';
import { serveRealtime } from '../../helpers/realtime-server.js';

/** Every event that the package puts something together from, with every field but the type. */
const events: readonly RealtimeTranscriptionServerMessage[] = [
  {
    type: 'session.updated',
    session: { request_id: '1', model: 'm', audio_format: { encoding: 'pcm_alaw', sample_rate: 8_000 } },
  },
  { type: 'transcription.language', audio_language: 'fr' },
  { type: 'transcription.text.delta', text: 'one' },
  { type: 'transcription.segment', text: 'one', start: 0, end: 1 },
  {
    type: 'transcription.done',
    text: 'one',
    model: 'm',
    language: 'fr',
    segments: [{ type: 'transcription_segment', text: 'one', start: 0, end: 1 }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
];

async function transcribe(odd: Record<string, unknown>) {
  const { origin } = await serveRealtime({
    onMessage: (message, { say, socket }, usual) => {
      if (message.type === 'session.update') usual();
      if (message.type !== 'input_audio.end') return;
      say({ type: 'transcription.text.delta', text: 'kept' }, odd, { type: 'transcription.done' });
      socket.close(1000);
    },
  });
  const session = transcribeLive(accessTo(origin), { model: 'voxtral-realtime' });
  await session.send(new Uint8Array(2));
  void session.end();
  return { result: await session.result(), events: await collect(session) };
}

describe.each(events)('what is not there in $type is absent:', (event) => {
  const fields = Object.keys(event).filter((name) => name !== 'type');

  test.each(
    fields.flatMap((name): { name: string; value: unknown }[] =>
      [null, undefined, 7, [null], {}].map((value) => ({ name, value })),
    ),
  )('$name is $value', async ({ name, value }) => {
    const odd = { ...event, [name]: value };

    const { result, events: heard } = await transcribe(odd);

    expect(['kept', 'keptone', 'one']).toContain(result.text);
    for (const { text, start, end } of result.segments) {
      expect(text).toBeTypeOf('string');
      for (const time of [start ?? 0, end ?? 0]) expect(time).toBeTypeOf('number');
    }
    expect(result.language ?? '').toBeTypeOf('string');
    expect(result.model ?? '').toBeTypeOf('string');
    // The event itself is handed out as it came.
    expect(heard).toContainEqual(JSON.parse(JSON.stringify(odd)));
  });
});

test('a delta without text gives no text', async () => {
  const none: Record<string, unknown> = { text: null };
  const { origin } = await serveRealtime({
    onMessage: (message, { say, socket }, usual) => {
      if (message.type === 'session.update') usual();
      if (message.type !== 'input_audio.end') return;
      say({ type: 'transcription.text.delta', ...none }, { type: 'transcription.done', ...none });
      socket.close(1000);
    },
  });
  const session = transcribeLive(accessTo(origin), { model: 'voxtral-realtime' });
  void session.end();

  expect(await collect(session.text())).toEqual([]);
  expect(await session.text()).toBe('');
});
