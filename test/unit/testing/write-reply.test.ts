import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { citationsOf, textOf, thinkingOf, toolCallsOf } from '../../../src/index.js';
import {
  citation,
  createMockMistral,
  finish,
  inTurn,
  thinking,
  toolCall,
  usage,
  type MockResponses,
} from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const talk = { model: 'm', inputs: 'Bonjour' };
const mocked = (responses: MockResponses) => client({ fetch: createMockMistral(responses).fetch });
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

    for (const { outputs, usage: tokens } of [atOnce, streamed]) {
      expect(outputs).toMatchObject([
        { type: 'message.output', content: 'Let me look.' },
        { type: 'function.call', name: 'weather', arguments: '{"city":"Lyon"}', tool_call_id: 'call00001' },
      ]);
      expect(tokens.completion_tokens).toBe(3);
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
      new ArgumentError(
        '`audio.transcriptions.complete` cannot contain `toolCall()`: a transcription does not have it',
      ),
    );
  });
});

describe('short forms', () => {
  test('are the thinking, the citations, the end and the tokens of a completion, whole and streamed', async () => {
    const parts = [
      thinking('In July '),
      thinking('it is warm.'),
      'It is',
      ' warm.',
      citation(1, 3),
      finish('length'),
      usage({ prompt_tokens: 10, completion_tokens: 5 }),
    ];
    const mistral = mocked({ 'chat.complete': parts, 'chat.stream': parts });
    const stream = mistral.chat.stream(chat);

    const chunks: unknown[] = [];
    for await (const { choices } of stream) chunks.push(choices[0]!.delta.content);
    for (const reply of [await mistral.chat.complete(chat), await stream.finalCompletion()]) {
      expect(thinkingOf(reply)).toBe('In July it is warm.');
      expect(textOf(reply)).toBe('It is warm.');
      expect(citationsOf(reply)).toEqual([{ type: 'reference', reference_ids: [1, 3] }]);
      expect(reply.choices[0]!.finish_reason).toBe('length');
      expect(reply.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 });
    }
    expect(chunks.slice(1, 4)).toEqual([
      [{ type: 'thinking', thinking: [{ type: 'text', text: 'In July ' }] }],
      [{ type: 'thinking', thinking: [{ type: 'text', text: 'it is warm.' }] }],
      'It is',
    ]);
  });

  test('are the thinking, the sources and the tokens of a conversation, whole and streamed', async () => {
    const parts = [
      thinking('Let me see.'),
      'France',
      ' won.',
      citation({ title: 'Final', url: 'https://example.com/' }),
      weather,
      usage({ completion_tokens: 7 }),
    ];
    const mistral = mocked({ 'beta.conversations.start': parts, 'beta.conversations.startStream': parts });
    const stream = mistral.beta.conversations.startStream(talk);

    for (const response of [await mistral.beta.conversations.start(talk), await stream.finalResponse()]) {
      expect(thinkingOf(response)).toBe('Let me see.');
      expect(textOf(response)).toBe('France won.');
      expect(citationsOf(response)).toMatchObject([
        { type: 'tool_reference', tool: 'web_search', title: 'Final', url: 'https://example.com/' },
      ]);
      expect(toolCallsOf(response)).toHaveLength(1);
      expect(response.usage.completion_tokens).toBe(7);
    }
  });

  test('are the tokens of a transcription', async () => {
    const mistral = mocked({ 'audio.transcriptions.complete': ['Two', usage({ total_tokens: 9 })] });
    const file = { name: 'a.wav', content: new Uint8Array(4) };

    expect(await mistral.audio.transcriptions.complete({ model: 'm', file })).toMatchObject({
      text: 'Two',
      usage: { total_tokens: 9 },
    });
  });

  test('can be all that there is', async () => {
    const reply = await mocked({ 'chat.complete': [finish('length')] }).chat.complete(chat);

    expect(reply.choices).toMatchObject([{ finish_reason: 'length', message: { content: '' } }]);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'a completion cites no titles',
      // @ts-expect-error
      () => mocked({ 'chat.complete': ['a', citation({ title: 'b' })] }).chat.complete(chat),
      '`chat.complete` cannot contain `citation()` of a source by its title: a completion does not have it',
    ],
    [
      'a conversation cites no numbers',
      () =>
        // @ts-expect-error
        mocked({ 'beta.conversations.start': ['a', citation(1)] }).beta.conversations.start(talk),
      '`beta.conversations.start` cannot contain `citation()` of documents by their numbers: a conversation does not have it',
    ],
    [
      'a streamed conversation gives no reason for its end',
      () =>
        mocked({
          // @ts-expect-error
          'beta.conversations.startStream': [finish('length')],
        })
          .beta.conversations.startStream(talk)
          .finalResponse(),
      '`beta.conversations.startStream` cannot contain `finish()`: a conversation does not have it',
    ],
  ])('are refused where the API has no such thing: %s', async (_, call, message) => {
    expect(await failureOf(call())).toEqual(new ArgumentError(message));
  });
});

test('an operation that says nothing cannot be given a text', async () => {
  // @ts-expect-error a list of models is no text
  const mistral = mocked({ 'models.list': 'Bonjour' });

  expect(await failureOf(mistral.models.list())).toEqual(
    new ArgumentError('`models.list` has no reply text: give the mock the complete response'),
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
