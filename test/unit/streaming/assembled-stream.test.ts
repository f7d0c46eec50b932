import { describe, expect, expectTypeOf, test, vi } from 'vitest';

import type {
  CompletionChunk,
  CompletionStream,
  MistralError,
  StreamPromise,
  ToolCall,
} from '../../../src/index.js';
import { createMockMistral, type MockResponses } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const chunk = (delta: object, finish_reason: string | null = null, rest: object = {}): CompletionChunk => ({
  id: 'cmpl-1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
  ...rest,
});
const call: ToolCall = {
  id: 'call00001',
  function: { name: 'weather', arguments: '{"city":"Lyon"}' },
  index: 0,
};
const chunks = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
  chunk({ content: 'Bon' }),
  chunk({ content: 'jour' }),
  chunk({ tool_calls: [{ ...call, function: { name: 'weather', arguments: '{"city"' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { name: '', arguments: ':"Lyon"}' } }] }, 'tool_calls', {
    usage,
  }),
];

/** A chat that the mock answers so, and what it was asked. */
function chat(answers: MockResponses = { 'chat.stream': chunks }) {
  const mock = createMockMistral(answers);
  const mistral = client({ fetch: mock.fetch });
  return { start: () => mistral.chat.stream(params), mistral, mock };
}

/** A chat answered with these bytes. */
const spoken = (...parts: string[]) =>
  client({ fetch: async () => eventStream(bodyOf(...parts)) }).chat.stream(params);

/** Everything that is ready to run has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Writes down all that a stream tells. */
function listenTo(stream: StreamPromise<CompletionStream>): unknown[][] {
  const told: unknown[][] = [];
  const names = ['text', 'thinking', 'toolCallDelta', 'toolCall', 'usage', 'finish', 'end', 'error'] as const;
  for (const name of names)
    stream.on(name, (...values: unknown[]) => void told.push([name, ...structuredClone(values)]));
  return told;
}

describe('handlers', () => {
  test('are told each delta with the whole so far, in the order of the wire', async () => {
    const stream = chat().start();
    const told = listenTo(stream);

    const completion = await stream.finalCompletion();

    const half = { ...call, function: { name: 'weather', arguments: '{"city"' } };
    expect(told).toEqual([
      ['thinking', 'Hm', 'Hm', 0],
      ['text', 'Bon', 'Bon', 0],
      ['text', 'jour', 'Bonjour', 0],
      ['toolCallDelta', '{"city"', half, 0],
      ['toolCallDelta', ':"Lyon"}', call, 0],
      ['toolCall', call, 0],
      ['finish', 'tool_calls', 0],
      ['usage', usage],
      ['end', completion],
    ]);
  });

  test('are told before the loop has the event', async () => {
    const stream = chat().start();
    let text = '';
    stream.on('text', (delta) => void (text += delta));

    const seen: string[] = [];
    for await (const _ of stream) seen.push(text);

    expect(seen).toEqual(['', '', 'Bon', 'Bonjour', 'Bonjour', 'Bonjour']);
  });

  test('are told nothing before somebody reads, not even of what has arrived', async () => {
    const { start, mock } = chat();
    const stream = start();
    const told = listenTo(stream);

    await Promise.resolve();
    expect(mock.requests).toHaveLength(0);
    await stream;
    expect(mock.requests).toHaveLength(1);
    expect(told).toEqual([]);
  });

  test('can be set on the call, on the stream, or on both; all are told', async () => {
    const pending = chat().start();
    const first = vi.fn();
    const second = vi.fn();

    const stream = await pending.on('end', first);
    await stream.on('end', second).finalMessage();

    expect(first).toHaveBeenCalledOnce();
    expect(second).toHaveBeenCalledOnce();
  });

  test('that throw end the stream with their error, also for those who wait for the whole', async () => {
    const fault = new Error('the disk is full');
    const { start, mock } = chat();
    const stream = start().on('text', () => {
      throw fault;
    });

    expect(await failureOf(collect(stream))).toBe(fault);
    expect(await failureOf(stream.finalMessage())).toBe(fault);
    expect(mock.requests[0]!.cancelled).toBe(true);
  });

  test('of the end that throw do so where the stream is read, and the answer is still complete', async () => {
    const fault = new Error('the disk is full');
    const onError = vi.fn();
    const stream = chat()
      .start()
      .on('error', onError)
      .on('end', () => {
        throw fault;
      });

    expect(await failureOf(collect(stream))).toBe(fault);
    expect(onError).not.toHaveBeenCalled();
    expect(await stream.finalMessage()).toMatchObject({ tool_calls: [call] });
  });

  test('that are asynchronous and reject end the stream at its next event', async () => {
    const fault = new Error('the disk is full');
    const onError = vi.fn();
    const onText = vi.fn(async () => {
      throw fault;
    });
    const { start, mock } = chat();
    const stream = start().on('text', onText).on('error', onError);

    expect(await failureOf(collect(stream))).toBe(fault);
    expect(await failureOf(stream.finalMessage())).toBe(fault);
    expect(onText).toHaveBeenCalledOnce();
    expect(onError).toHaveBeenCalledExactlyOnceWith(fault);
    expect(mock.requests[0]!.cancelled).toBe(true);
  });

  test('that are asynchronous are waited for where the stream is read to its end, and not by who waits for the whole', async () => {
    let release = () => {};
    const written = new Promise<void>((resolve) => (release = resolve));
    const stream = chat()
      .start()
      .on('text', async () => written);
    const onRead = vi.fn();
    const reading = collect(stream).then(onRead);

    expect(await stream.finalMessage()).toMatchObject({ tool_calls: [call] });
    await settled();
    expect(onRead).not.toHaveBeenCalled();
    release();
    await reading;
    expect(onRead).toHaveBeenCalledOnce();
  });

  test('that wait for the whole get it, and do not hold up its end', async () => {
    const stream = chat().start();
    let message: unknown;
    stream.on('text', async () => {
      message = await stream.finalMessage();
    });

    await collect(stream);

    expect(message).toMatchObject({ tool_calls: [call] });
  });

  test('are told what `onEvent` throws of a comment behind the end, which fails the reading though all has arrived', async () => {
    const fault = new Error('the disk is full');
    const onError = vi.fn();
    const body = () => bodyOf(`${sse(chunk({ content: 'Bon' }, 'stop'), '[DONE]')}: bye\n\n`);
    const stream = client({ fetch: async () => eventStream(body()) })
      .chat.stream(params, {
        onEvent(event) {
          if (event.kind === 'comment') throw fault;
        },
      })
      .on('error', onError);

    expect(await failureOf(collect(stream))).toBe(fault);
    expect(onError).toHaveBeenCalledExactlyOnceWith(fault);
  });

  test('are told an error, once, and no end', async () => {
    const stream = spoken(sse(chunk({ content: 'Bon' })));
    const told = listenTo(stream);

    const error = await failureOf(collect(stream));

    expect(told.map(([name]) => name)).toEqual(['text', 'error']);
    expect(error).toMatchObject({ name: 'StreamInterruptedError' });
  });

  test('are told the error of a request that never got an answer', async () => {
    const onError = vi.fn();
    const stream = client({ fetch: async () => Response.json({}, { status: 404 }) })
      .chat.stream(params)
      .on('error', onError);

    const error = await failureOf(stream.finalMessage());

    expect(error).toMatchObject({ name: 'NotFoundError' });
    expect(onError).toHaveBeenCalledExactlyOnceWith(error);
  });

  test('of a call that was never said to be whole are told when the stream is', async () => {
    const onToolCall = vi.fn();

    await spoken(sse(chunk({ tool_calls: [call] }), '[DONE]'))
      .on('toolCall', onToolCall)
      .finalMessage();

    expect(onToolCall).toHaveBeenCalledExactlyOnceWith(call, 0);
  });

  test.each([
    ['message', () => {}, 'This stream has no event `message`; it has text, thinking'],
    ['text', 'log', "on('text', handler): the handler must be a function"],
  ])('named %s as %s are refused', (name, handler, problem) => {
    expect(() =>
      chat()
        .start()
        .on(name as 'text', handler as never),
    ).toThrow(problem);
  });

  test('of a conversation and of a transcription are told their own', async () => {
    const { mistral } = chat({});
    const told: unknown[][] = [];
    const tell =
      (name: string) =>
      (...values: unknown[]) =>
        void told.push([name, ...values]);

    await mistral.beta.conversations
      .startStream({ inputs: 'Hi' })
      .on('text', tell('text'))
      .on('usage', tell('usage'))
      .finalResponse();
    await mistral.audio.transcriptions
      .stream({ model: 'm', file_url: 'https://a.test' })
      .on('text', tell('text'))
      .on('language', tell('language'))
      .on('segment', tell('segment'))
      .on('usage', tell('usage'))
      .finalText();

    expect(told.map(([name, delta, snapshot]) => [name, delta, snapshot])).toEqual([
      ['text', 'The', 'The'],
      ['text', ' capital', 'The capital'],
      ['text', ' of', 'The capital of'],
      ['text', ' France', 'The capital of France'],
      ['text', ' is', 'The capital of France is'],
      ['text', ' Paris', 'The capital of France is Paris'],
      ['text', '.', 'The capital of France is Paris.'],
      ['usage', { prompt_tokens: 11, completion_tokens: 8, total_tokens: 19 }, undefined],
      ['language', 'en', undefined],
      ['text', 'Two', 'Two'],
      ['text', ' coffees', 'Two coffees'],
      ['text', ',', 'Two coffees,'],
      ['text', ' please', 'Two coffees, please'],
      ['text', '.', 'Two coffees, please.'],
      [
        'segment',
        { type: 'transcription_segment', text: 'Two coffees, please.', start: 0, end: 1.4 },
        undefined,
      ],
      ['usage', expect.objectContaining({ prompt_audio_seconds: 2 }), undefined],
    ]);
  });

  test('have types of their own', () => {
    const stream = chat().start();

    stream.on('text', (delta, snapshot, choice) => {
      expectTypeOf(delta).toEqualTypeOf<string>();
      expectTypeOf(snapshot).toEqualTypeOf<string>();
      expectTypeOf(choice).toEqualTypeOf<number>();
    });
    stream.on('toolCall', (each) => expectTypeOf(each).toEqualTypeOf<ToolCall>());
    // @ts-expect-error there is no such event
    expect(() => stream.on('token', () => undefined)).toThrow();
  });
});

describe('the text alone', () => {
  test('can be iterated as it arrives, without what is no text', async () => {
    expect(await collect(chat().start().text())).toEqual(['Bon', 'jour']);
  });

  test('can be awaited, before and after the stream was read', async () => {
    const stream = chat().start();

    expect(await stream.text()).toBe('Bonjour');
    expect(await stream.text()).toBe('Bonjour');
  });

  test('is that of the first choice', async () => {
    const choice = (index: number, content: string) =>
      chunk({}, null, { choices: [{ index, delta: { content } }] });

    const stream = spoken(
      sse(choice(1, 'Salut'), choice(0, 'Bon'), choice(1, '!'), choice(0, 'jour'), '[DONE]'),
    );

    expect(await collect(stream.text())).toEqual(['Bon', 'jour']);
  });

  test('of a conversation and of a transcription comes once', async () => {
    const { mistral } = chat({});
    const conversation = mistral.beta.conversations.startStream({ inputs: 'Hi' });
    const transcription = () =>
      mistral.audio.transcriptions.stream({ model: 'm', file_url: 'https://a.test' });

    expect((await collect(conversation.text())).join('')).toBe('The capital of France is Paris.');
    expect((await collect(transcription().text())).join('')).toBe('Two coffees, please.');
    expect(await transcription().text()).toBe('Two coffees, please.');
  });

  test('left early ends the request', async () => {
    const { start, mock } = chat();

    for await (const text of start().text()) if (text === 'Bon') break;

    expect(mock.requests[0]!.cancelled).toBe(true);
  });

  test('fails as the stream does', async () => {
    expect(await failureOf(spoken(sse(chunk({ content: 'Bon' }))).text())).toMatchObject({
      name: 'StreamInterruptedError',
    });
  });
});

describe('the whole', () => {
  test('can be waited for while somebody else reads', async () => {
    const stream = chat().start();
    const reading = collect(stream);

    const message = await stream.finalMessage();

    expect(message).toMatchObject({ role: 'assistant', tool_calls: [call] });
    expect(await reading).toHaveLength(chunks.length);
  });

  test('can be asked for as often as one likes, with one request', async () => {
    const { start, mock } = chat();
    const stream = start();

    const [message, completion, again] = await Promise.all([
      stream.finalMessage(),
      stream.finalCompletion(),
      stream.finalMessage(),
    ]);

    expect(completion.choices[0]!.message).toEqual(message);
    expect(again).toBe(message);
    expect(mock.requests).toHaveLength(1);
  });

  test('of a stream that was left is an error that says where the beginning is', async () => {
    const stream = chat().start();
    for await (const { choices } of stream) if (choices[0]!.delta.content === 'Bon') break;

    const error = await failureOf(stream.finalMessage());

    expect(error).toMatchObject({
      message: 'This stream was cancelled before its end; `partial` is what had arrived',
    });
    expect(stream.partial?.choices[0]!.message.content).toEqual([
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
      { type: 'text', text: 'Bon' },
    ]);
  });

  test('of a stream that failed stays that failure when the reader leaves', async () => {
    const failed = client({ fetch: async () => Response.json({}, { status: 404 }) }).chat.stream(params);
    const events = failed[Symbol.asyncIterator]();
    const error = await failureOf(events.next());
    await events.return!();

    expect(await failureOf(failed.finalMessage())).toBe(error);
  });

  test('of a stream that was cut off fails, and the error has what had arrived', async () => {
    const stream = spoken(sse(chunk({ content: 'Bon' }), chunk({ content: 'jour' })));

    const error = await failureOf(stream.finalMessage());

    expect(error).toMatchObject({ name: 'StreamInterruptedError', eventCount: 2 });
    expect((error as MistralError).partial).toMatchObject({ choices: [{ message: { content: 'Bonjour' } }] });
    expect(JSON.stringify(error)).not.toContain('Bonjour');
  });

  test.each([
    [
      'an error inside the stream',
      sse(chunk({ content: 'Bon' }), { error: { message: 'Overloaded' } }),
      'InternalServerError',
    ],
    ['an event that is no JSON', `${sse(chunk({ content: 'Bon' }))}data: {"half\n\n`, 'ResponseError'],
  ])('after %s fails with what had arrived', async (_, text, name) => {
    const error = await failureOf(spoken(text).finalMessage());

    expect(error).toMatchObject({ name });
    expect((error as MistralError).partial).toMatchObject({ choices: [{ message: { content: 'Bon' } }] });
  });

  test('after an abort fails with the reason and what had arrived', async () => {
    const stream = chat().start();
    stream.on('text', () => stream.abort('enough'));

    const error = await failureOf(stream.finalMessage());

    expect(error).toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect((error as MistralError).partial).toMatchObject({ choices: [{ finish_reason: null }] });
  });

  test('of an answer without events, or without choices, is an error', async () => {
    expect(await failureOf(spoken(sse('[DONE]')).finalMessage())).toMatchObject({
      message: 'The stream ended without a response',
    });
    expect(
      await failureOf(spoken(sse({ id: '1', model: 'm', choices: [] }, '[DONE]')).finalMessage()),
    ).toMatchObject({
      message: 'The completion has no choices',
    });
  });

  test('grows in `partial` while it is read', async () => {
    const stream = chat().start();
    const lengths: (number | undefined)[] = [];

    expect(stream.partial).toBeUndefined();
    for await (const _ of stream) lengths.push(stream.partial?.choices[0]!.message.tool_calls?.length);

    expect(lengths).toEqual([undefined, undefined, undefined, undefined, 1, 1]);
  });

  test('is not disturbed by a reader that changes the events it gets', async () => {
    const stream = chat().start();

    for await (const { choices } of stream) {
      const { content, tool_calls: calls } = choices[0]!.delta;
      if (Array.isArray(content)) Object.assign(content[0]!, { type: 'text', thinking: [], text: 'changed' });
      if (calls) calls[0]!.function.arguments = 'changed';
      choices[0]!.delta.content = 'changed';
    }

    expect(await stream.finalMessage()).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
        { type: 'text', text: 'Bonjour' },
      ],
      tool_calls: [call],
    });
  });
});

describe('what the description does not know', () => {
  test.each([
    ['no object', 42],
    ['null', null],
    ['a list', []],
    ['no choices', { id: '1' }],
    ['choices that are none', { choices: [null, 1, {}] }],
    ['a delta that is none', { choices: [{ index: 0, delta: 5 }] }],
    [
      'tool calls that are none',
      { choices: [{ index: 0, delta: { tool_calls: [null, {}, { function: 1 }] } }] },
    ],
    [
      'blocks that are none',
      { choices: [{ index: 0, delta: { content: [null, 'text', { type: 'thinking', thinking: [1] }] } }] },
    ],
    ['content that is none', { choices: [{ index: 0, delta: { content: 5 } }] }],
  ])('is handed on and breaks nothing: an event with %s', async (_, odd) => {
    const stream = () => spoken(sse(odd, chunk({ content: 'Bonjour' }), '[DONE]'));

    expect(await collect(stream())).toEqual([odd, chunk({ content: 'Bonjour' })]);
    expect(await stream().text()).toBe('Bonjour');
    expect(await collect(stream().text())).toEqual(['Bonjour']);
  });

  test('is kept in the whole: fields of the completion and of the message, of which text grows', async () => {
    const stream = spoken(
      sse(
        { ...chunk({ role: 'assistant', refusal: null, mood: 'hap', n: 1 }), service_tier: 'default' },
        chunk({ mood: 'py', n: 2, refusal: null }),
        '[DONE]',
      ),
    );

    expect(await stream.finalCompletion()).toMatchObject({
      service_tier: 'default',
      choices: [{ message: { role: 'assistant', mood: 'happy', n: 2, refusal: null } }],
    });
  });

  test('does not reach the prototype of anything', async () => {
    const odd =
      '{"choices":[{"index":0,"delta":{"__proto__":{"polluted":true},"content":"a"}}],"__proto__":{"polluted":true}}';

    const completion = await spoken(sse(odd, '[DONE]')).finalCompletion();

    expect((completion as { polluted?: boolean }).polluted).toBeUndefined();
    expect((completion.choices[0]!.message as { polluted?: boolean }).polluted).toBeUndefined();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test.each([
    ['conversation', 42],
    ['conversation', { type: 'brand.new', id: '1' }],
    ['conversation', { type: 'message.output.delta' }],
    ['conversation', { type: 'function.call.delta' }],
    ['conversation', { type: 'tool.execution.delta' }],
    ['transcription', 42],
    ['transcription', { type: 'brand.new' }],
    ['transcription', { type: 'transcription.text.delta' }],
  ])('breaks no %s either: %j', async (kind, odd) => {
    const last =
      kind === 'conversation' ? { type: 'conversation.response.done' } : { type: 'transcription.done' };
    const mistral = client({ fetch: async () => eventStream(bodyOf(sse(odd, last))) });
    const stream =
      kind === 'conversation'
        ? mistral.beta.conversations.startStream({ inputs: 'Hi' })
        : mistral.audio.transcriptions.stream({ model: 'm', file_url: 'https://a.test' });

    expect(await collect<unknown>(stream)).toEqual([odd, last]);
  });
});

test('10,000 deltas, and tool calls in as many pieces, are put together in no more steps than that', async () => {
  const text = chunk({ content: 'abc' });
  const piece = chunk({ tool_calls: [{ index: 0, function: { name: '', arguments: '[]' } }] });
  const opening = chunk({ tool_calls: [{ ...call, function: { name: 'f', arguments: '' } }] });
  const many = [
    opening,
    ...Array<typeof text>(10_000).fill(text),
    ...Array<typeof piece>(10_000).fill(piece),
  ];
  const stream = spoken(sse(...many, '[DONE]'));
  let told = 0;
  stream.on('text', () => void (told += 1)).on('toolCallDelta', () => void (told += 1));

  const message = await stream.finalMessage();

  expect(told).toBe(20_001);
  expect(message.content).toHaveLength(30_000);
  expect(message.tool_calls).toEqual([{ ...call, function: { name: 'f', arguments: '[]'.repeat(10_000) } }]);
});
