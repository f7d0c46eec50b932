import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { textOf, toolCallsOf } from '../../../src/index.js';
import { createMockMistral, inTurn, toolCall, type MockAnswers } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const talk = { model: 'm', inputs: 'Bonjour' };
const mocked = (answers: MockAnswers) => client({ fetch: createMockMistral(answers).fetch });
const weather = toolCall('weather', { city: 'Lyon' });

describe('a completion', () => {
  test('says a text that is given as one', async () => {
    const reply = await mocked({ 'chat.complete': 'Bon jour' }).chat.complete(chat);

    expect(textOf(reply)).toBe('Bon jour');
    expect(reply).toMatchObject({ model: 'm', choices: [{ finish_reason: 'stop' }] });
  });

  test('calls functions', async () => {
    const mistral = mocked({
      'chat.complete': ['Let me look.', weather, toolCall('clock', '{', 'id1234567')],
    });

    const reply = await mistral.chat.complete(chat);

    expect(textOf(reply)).toBe('Let me look.');
    expect(toolCallsOf(reply)).toMatchObject([
      { id: 'call00001', name: 'weather', arguments: '{"city":"Lyon"}' },
      { id: 'id1234567', name: 'clock', arguments: '{' },
    ]);
    expect(reply.choices[0]!.finish_reason).toBe('tool_calls');
  });

  test('is streamed a part an event, with an id, an end and a usage, as agents and code completions are', async () => {
    const parts = ['Bon', 'jour'];
    const mistral = mocked({ 'chat.stream': parts, 'agents.stream': parts, 'fim.stream': parts });
    const streams = [
      mistral.chat.stream(chat),
      mistral.agents.stream({ agent_id: 'a', messages: chat.messages }),
      mistral.fim.stream({ model: 'm', prompt: 'def' }),
    ];

    for (const stream of streams) {
      const texts: string[] = [];
      for await (const chunk of stream) texts.push(textOf(chunk));
      expect(texts).toEqual(['', 'Bon', 'jour', '']);
      const whole = await stream.finalCompletion();
      expect(whole.id).not.toBe('');
      expect(whole.choices).toMatchObject([{ finish_reason: 'stop', message: { content: 'Bonjour' } }]);
      expect(whole.usage).toMatchObject({ completion_tokens: 2 });
    }
  });

  test('streams its calls', async () => {
    const stream = mocked({ 'chat.stream': [weather, weather] }).chat.stream(chat);

    const message = await stream.finalMessage();

    expect(message.tool_calls).toHaveLength(1);
  });
});

describe('a conversation', () => {
  test('says texts and calls functions, at once and streamed', async () => {
    const parts = ['Let me ', 'look.', weather];
    const mistral = mocked({ 'beta.conversations.start': parts, 'beta.conversations.startStream': parts });

    const atOnce = await mistral.beta.conversations.start(talk);
    const stream = mistral.beta.conversations.startStream(talk);
    const streamed = await stream.finalResponse();

    for (const { outputs, usage } of [atOnce, streamed]) {
      expect(outputs).toMatchObject([
        { type: 'message.output', content: 'Let me look.' },
        { type: 'function.call', name: 'weather', arguments: '{"city":"Lyon"}', tool_call_id: 'call00001' },
      ]);
      expect(usage.completion_tokens).toBe(3);
    }
  });

  test('that calls only has no message', async () => {
    const { outputs } = await mocked({ 'beta.conversations.start': [weather] }).beta.conversations.start(
      talk,
    );

    expect(outputs.map(({ type }) => type)).toEqual(['function.call']);
  });
});

describe('a transcription', () => {
  const file = { name: 'a.wav', content: new Uint8Array(4) };

  test('says texts, at once and streamed', async () => {
    const mistral = mocked({
      'audio.transcriptions.complete': 'Two teas',
      'audio.transcriptions.stream': ['Two', ' teas'],
    });

    expect((await mistral.audio.transcriptions.complete({ model: 'm', file })).text).toBe('Two teas');
    const stream = mistral.audio.transcriptions.stream({ model: 'm', file });
    const deltas: string[] = [];
    for await (const event of stream) if (event.type === 'transcription.text.delta') deltas.push(event.text);
    expect(deltas).toEqual(['Two', ' teas']);
    expect((await stream.finalTranscription()).text).toBe('Two teas');
  });

  test('calls no function', async () => {
    // @ts-expect-error only texts are said
    const mistral = mocked({ 'audio.transcriptions.complete': [weather] });

    expect(await failureOf(mistral.audio.transcriptions.complete({ model: 'm', file }))).toEqual(
      new ArgumentError('`audio.transcriptions.complete` cannot say that: give the mock its whole answer'),
    );
  });
});

test('an operation that says nothing cannot be given a text', async () => {
  // @ts-expect-error a list of models is no text
  const mistral = mocked({ 'models.list': 'Bonjour' });

  expect(await failureOf(mistral.models.list())).toEqual(
    new ArgumentError('`models.list` says no text: give the mock its whole answer'),
  );
});

test('a function may answer with a text, by the parameters of the call', async () => {
  const mistral = mocked({
    'chat.complete': ({ params }) => `You said ${textOf(params.messages[0]!)}`,
    'chat.stream': inTurn(
      ({ params }) => [params.model, '!'],
      () => 'again',
    ),
  });

  expect(textOf(await mistral.chat.complete(chat))).toBe('You said Bonjour');
  expect(await mistral.chat.stream(chat).finalMessage()).toMatchObject({ content: 'm!' });
  expect(await mistral.chat.stream(chat).finalMessage()).toMatchObject({ content: 'again' });
});
