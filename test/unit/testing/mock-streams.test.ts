import { describe, expect, test } from 'vitest';

import { createMockMistral, type MockOptions } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const messages = [{ role: 'user' as const, content: 'Bonjour' }];
const chunk = { id: 'chunk', model: 'm', choices: [] };

function startStream(options: MockOptions = {}, signal?: AbortSignal) {
  const mock = createMockMistral({ 'chat.stream': [chunk, chunk, chunk] }, options);
  const answer = mock.fetch('https://api.mistral.ai/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages, stream: true }),
    signal,
  });
  return { mock, answer };
}

const textsOf = async (response: Response) => collect(response.body!.pipeThrough(new TextDecoderStream()));

describe('on the wire', () => {
  test('a chat is data alone, one event a chunk, and ends with [DONE]', async () => {
    const response = await startStream().answer;

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const event = `data: ${JSON.stringify(chunk)}\n\n`;
    expect(await textsOf(response)).toEqual([event, event, event, 'data: [DONE]\n\n']);
  });

  test('`stream: true` in the body chooses between the two operations of a URL', async () => {
    const mock = createMockMistral();
    const mistral = client({ fetch: mock.fetch });

    await mistral.chat.complete({ model: 'm', messages });
    await collect(mistral.chat.stream({ model: 'm', messages }));
    await mistral.audio.transcriptions.complete({ model: 'm' });
    await collect(mistral.audio.transcriptions.stream({ model: 'm' }));

    expect(mock.requests.map(({ operation }) => operation)).toEqual([
      'chat.complete',
      'chat.stream',
      'audio.transcriptions.complete',
      'audio.transcriptions.stream',
    ]);
  });

  test('a conversation names its events, and ends with the connection', async () => {
    const mock = createMockMistral();
    const response = await mock.fetch('https://api.mistral.ai/v1/conversations', {
      method: 'POST',
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: 'Bonjour', stream: true }),
    });

    const texts = await textsOf(response);

    for (const text of texts) {
      const [, event, data] = /^event: (.+)\ndata: (.+)\n\n$/.exec(text) ?? [];
      expect(JSON.parse(data!).type).toBe(event);
    }
    expect(texts.at(-1)).toContain('conversation.response.done');
  });

  test('events repeat the conversation that the path names', async () => {
    const mistral = client({ fetch: createMockMistral().fetch });

    const events = await collect(
      mistral.beta.conversations.appendStream({ conversation_id: 'conv_7', inputs: 'Encore' }),
    );

    expect(events[0]).toMatchObject({ type: 'conversation.response.started', conversation_id: 'conv_7' });
  });

  test('an empty list of events is an empty stream', async () => {
    const mock = createMockMistral({ 'beta.conversations.startStream': [] });
    const response = await mock.fetch('https://api.mistral.ai/v1/conversations', {
      method: 'POST',
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: 'Bonjour', stream: true }),
    });

    expect(await response.text()).toBe('');
  });
});

describe('in time', () => {
  test('each event comes after its delay, and [DONE] after one more', async () => {
    const waits: number[] = [];
    const { answer } = startStream({ eventDelayMs: 40, sleep: async (ms) => void waits.push(ms) });

    await (await answer).text();

    expect(waits).toEqual([40, 40, 40, 40]);
  });

  test('nothing is produced before it is asked for', async () => {
    const waits: number[] = [];
    const { answer } = startStream({ eventDelayMs: 40, sleep: async (ms) => void waits.push(ms) });
    const reader = (await answer).body!.getReader();
    expect(waits).toEqual([]);

    await reader.read();

    expect(waits).toEqual([40]);
  });
});

describe('stopped early', () => {
  test('a reader that cancels is recorded, and ends the wait for the next event', async () => {
    let waiting: AbortSignal | undefined;
    const sleep = (_: number, signal: AbortSignal) => {
      waiting = signal;
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    const { mock, answer } = startStream({ eventDelayMs: 40, sleep });
    const reader = (await answer).body!.getReader();
    const pending = reader.read();

    await reader.cancel();

    expect(await pending).toEqual({ done: true, value: undefined });
    expect(waiting?.aborted).toBe(true);
    expect(mock.requests).toMatchObject([{ cancelled: true }]);
  });

  test('an aborted signal breaks the stream with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { mock, answer } = startStream({}, controller.signal);
    const reader = (await answer).body!.getReader();
    await reader.read();

    controller.abort(reason);

    expect(await failureOf(reader.read())).toBe(reason);
    expect(mock.requests).toMatchObject([{ cancelled: true }]);
  });

  test('a stream that was read to its end is not cancelled by a later abort', async () => {
    const controller = new AbortController();
    const { mock, answer } = startStream({}, controller.signal);
    await (await answer).text();

    controller.abort();

    expect(mock.requests).toMatchObject([{ cancelled: false }]);
  });

  test('leaving a loop over the client stream cancels it', async () => {
    const mock = createMockMistral({ 'chat.stream': [chunk, chunk] });

    for await (const _ of client({ fetch: mock.fetch }).chat.stream({ model: 'm', messages })) break;

    expect(mock.requests).toMatchObject([{ operation: 'chat.stream', cancelled: true }]);
  });
});
