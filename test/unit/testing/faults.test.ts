import { describe, expect, expectTypeOf, test, vi } from 'vitest';

import {
  type APIError,
  ConnectionError,
  RateLimitError,
  InternalServerError,
  StreamInterruptedError,
  textOf,
} from '../../../src/index.js';
import {
  createMockMistral,
  delay,
  disconnect,
  failWith,
  inTurn,
  rateLimit,
  splitUtf8,
  stall,
  truncateAfter,
  type MockResponses,
  type MockOptions,
} from '../../../src/testing/index.js';
import { serveMock } from '../../../src/testing/node.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };

function mocked(responses: MockResponses, options: MockOptions = {}) {
  const mock = createMockMistral(responses, options);
  return { mock, mistral: client({ fetch: mock.fetch }) };
}

/** The raw bytes of a streamed chat, a chunk each. */
async function chunksOf(responses: MockResponses) {
  const response = await mocked(responses).mistral.chat.stream(chat).asResponse();
  return collect(response.body!);
}

const withoutWaiting = () => {
  const waits: number[] = [];
  return { waits, sleep: async (ms: number) => void waits.push(ms) };
};

describe('in turn', () => {
  test('each call gets the next response, and the last one stays', async () => {
    const { mistral } = mocked({ 'chat.complete': inTurn('one', 'two') });

    const texts = [];
    for (let call = 0; call < 3; call += 1) texts.push(textOf(await mistral.chat.complete(chat)));

    expect(texts).toEqual(['one', 'two', 'two']);
  });

  test('faults stand among responses, for as many calls as they last', async () => {
    const { mistral, mock } = mocked({
      'chat.complete': inTurn('one', rateLimit({ times: 2 }, inTurn('two', 'three')), failWith(500)),
    });
    const outcome = () =>
      mistral.chat.complete(chat).then(textOf, (error: unknown) => (error as APIError).status);

    const outcomes = [];
    for (let call = 0; call < 7; call += 1) outcomes.push(await outcome());

    expect(outcomes).toEqual(['one', 429, 429, 'two', 'three', 500, 500]);
    mock.reset();
    expect(await outcome()).toBe('one');
  });

  test('another response starts at its first', async () => {
    const { mistral, mock } = mocked({ 'chat.complete': inTurn('one', 'two') });
    await mistral.chat.complete(chat);

    mock.on('chat.complete', inTurn('three', 'four'));

    expect(textOf(await mistral.chat.complete(chat))).toBe('three');
  });

  test('nothing is no response', () => {
    expect(() => inTurn()).toThrow(ArgumentError);
  });
});

describe('failures', () => {
  test('have the status, the body and the headers that are asked for', async () => {
    const body = { message: 'The model sleeps', code: '1' };
    const { mistral } = mocked({ 'models.list': failWith(503, { body, headers: { 'x-request-id': 'r1' } }) });

    const error = await failureOf(mistral.models.list());

    expect(error).toBeInstanceOf(InternalServerError);
    expect(error).toMatchObject({ status: 503, code: '1', requestId: 'r1' });
  });

  test('are written as the API writes them if nothing is said', async () => {
    const { mistral } = mocked({
      'models.list': failWith(404),
      'files.list': failWith(418, { body: 'tea' }),
    });

    expect(await failureOf(mistral.models.list())).toMatchObject({
      status: 404,
      type: 'invalid_request_error',
    });
    expect(await failureOf(mistral.files.list())).toMatchObject({ status: 418 });
  });

  test('end after some times, with the default response', async () => {
    const { mistral } = mocked({ 'models.list': failWith(500, { times: 1 }) });

    expect(await failureOf(mistral.models.list())).toBeInstanceOf(InternalServerError);
    expect((await mistral.models.list()).object).toBe('list');
  });

  test('a rate limit says when to come back, and the client does', async () => {
    const { mock, mistral } = mocked({
      'chat.complete': rateLimit({ times: 1, retryAfterSeconds: 0 }, 'at last'),
    });

    expect(textOf(await mistral.chat.complete(chat, { maxRetries: 1 }))).toBe('at last');

    expect(mock.calls).toHaveLength(2);
    mock.on('chat.complete', rateLimit({ retryAfterSeconds: 7 }));
    const error = await failureOf(mistral.chat.complete(chat));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfterMs: 7000 });
  });

  test('of the connection come before a response, or inside of it', async () => {
    const { mistral } = mocked({
      'models.list': disconnect(),
      'chat.stream': disconnect({ after: { events: 2 } }, ['Bon', 'jour']),
    });

    const error = await failureOf(mistral.models.list());
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ cause: { cause: { code: 'ECONNRESET' } } });
    const broken = await failureOf(mistral.chat.stream(chat).finalMessage());
    expect(broken).toBeInstanceOf(StreamInterruptedError);
    expect(broken).toMatchObject({ partial: { choices: [{ message: { content: 'Bon' } }] } });
  });

  test('of the connection are that for a served mock, too', async () => {
    const mock = createMockMistral({ 'models.list': disconnect() });
    const server = await serveMock(mock);
    const answer = fetch(`${server.url}/v1/models`, { headers: { authorization: 'Bearer test-key' } });

    expect(await failureOf(answer)).toBeInstanceOf(TypeError);
    await server.close();
  });
});

describe('bodies', () => {
  test('are truncated after events, which the client does not take for a response', async () => {
    const { mistral } = mocked({ 'chat.stream': truncateAfter({ events: 2 }, ['Bon', 'jour']) });

    const error = await failureOf(mistral.chat.stream(chat).finalMessage());

    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ partial: { choices: [{ message: { content: 'Bon' } }] } });
  });

  test.each([0, 1, 10, 400])('are truncated after %i bytes, wherever that is', async (bytes) => {
    const chunks = await chunksOf({ 'chat.stream': truncateAfter({ bytes }, ['Bon', 'jour']) });

    expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(bytes);
  });

  test('are truncated where they are no streams', async () => {
    const { mistral } = mocked({ 'chat.complete': truncateAfter({ bytes: 9 }, 'Bonjour') });

    expect(await failureOf(mistral.chat.complete(chat))).toMatchObject({
      message: expect.stringMatching(/cut off/),
    });
  });

  test('are truncated inside of a chunk that holds several events, and the rest of one comes after a stall', async () => {
    const events = 'data: 1\n\ndata: 2\n\ndata: 3\n\n';
    const whole = new Response(events, { headers: { 'content-type': 'text/event-stream' } });
    const textOfAnswer = async (responses: MockResponses) =>
      (
        await mocked(responses, { sleep: withoutWaiting().sleep }).mistral.chat.stream(chat).asResponse()
      ).text();

    const place = { events: 2 };
    expect(await textOfAnswer({ 'chat.stream': truncateAfter(place, whole) })).toBe(events.slice(0, 18));
    expect(await textOfAnswer({ 'chat.stream': stall({ after: place, forMs: 1 }, whole) })).toBe(events);
  });

  test('that are over before the place say so', async () => {
    const { mistral } = mocked({ 'chat.stream': truncateAfter({ events: 6 }, ['Bon', 'jour']) });

    const error = await failureOf(
      mistral.chat
        .stream(chat)
        .asResponse()
        .then((response) => response.text()),
    );

    expect(error).toEqual(new ArgumentError('truncateAfter(): the mock response has only 5 events, not 6'));
  });

  test('stall until the caller gives up, before or after the first events', async () => {
    const { mock, mistral } = mocked({
      'models.list': stall(),
      'chat.stream': stall({ after: { events: 2 } }, ['Bon', 'jour']),
    });
    const controller = new AbortController();
    const { signal } = controller;

    const list = failureOf(mistral.models.list({}, { signal }));
    const stream = mistral.chat.stream(chat, { signal });
    const texts: string[] = [];
    const reading = failureOf(async () => {
      for await (const chunk of stream) texts.push(textOf(chunk));
    });
    await vi.waitFor(() => expect(texts).toEqual(['', 'Bon']));
    controller.abort();

    expect([await list, await reading]).toMatchObject([{ name: 'AbortError' }, { name: 'AbortError' }]);
    expect(mock.requests).toMatchObject([{ cancelled: true }, { cancelled: true }]);
  });

  test.each<[keyof MockResponses & `${string}tream`, number]>([
    ['chat.stream', 2],
    ['beta.conversations.startStream', 2],
  ])(
    'stall after so many parts of what %s says, wherever its first event says nothing',
    async (id, events) => {
      const said = { place: { parts: 1 } as const, same: { events } as const };
      const textUntil = async (after: typeof said.place | typeof said.same) => {
        const { sleep } = withoutWaiting();
        const { mistral } = mocked({ [id]: truncateAfter(after, ['Bon', 'jour']) }, { sleep });
        const stream =
          id === 'chat.stream'
            ? mistral.chat.stream(chat)
            : mistral.beta.conversations.startStream({ model: 'm', inputs: 'Bonjour' });
        return (await stream.asResponse()).text();
      };

      expect(await textUntil(said.place)).toContain('Bon');
      expect(await textUntil(said.place)).not.toContain('jour');
      expect(await textUntil(said.place)).toBe(await textUntil(said.same));
    },
  );

  test('stall for a while and go on', async () => {
    const { waits, sleep } = withoutWaiting();
    const answer = stall(
      { after: { events: 0 }, forMs: 40 },
      stall({ after: { bytes: 3 }, forMs: 50 }, 'Bonjour'),
    );
    const { mistral } = mocked({ 'chat.stream': answer }, { sleep });

    expect(await mistral.chat.stream(chat).finalMessage()).toMatchObject({ content: 'Bonjour' });
    expect(waits).toEqual([40, 50]);
  });

  test('come later', async () => {
    const { waits, sleep } = withoutWaiting();
    const { mistral } = mocked({ 'chat.complete': delay(250, 'Bonjour') }, { sleep });

    expect(textOf(await mistral.chat.complete(chat))).toBe('Bonjour');
    expect(waits).toEqual([250]);
  });

  test('are cut inside of characters, and read as they were', async () => {
    const responses = { 'chat.stream': splitUtf8(['été', ' 🧀']) };

    const chunks = await chunksOf(responses);

    const alone = chunks.filter((chunk) => new TextDecoder().decode(chunk).includes('\uFFFD'));
    expect(alone.length).toBe(5);
    const message = await mocked(responses).mistral.chat.stream(chat).finalMessage();
    expect(message).toMatchObject({ content: 'été 🧀' });
  });

  test('have several faults at once', async () => {
    const { mistral } = mocked({ 'chat.stream': truncateAfter({ events: 2 }, splitUtf8(['été', 'hiver'])) });

    expect(await failureOf(mistral.chat.stream(chat).finalMessage())).toMatchObject({
      partial: { choices: [{ message: { content: 'été' } }] },
    });
  });

  test('are told when nobody reads on', async () => {
    const { mock, mistral } = mocked({ 'chat.stream': splitUtf8(['été', 'hiver']) });

    for await (const _ of mistral.chat.stream(chat)) break;

    expect(mock.requests).toMatchObject([{ cancelled: true }]);
  });
});

describe('bad input', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['no place', () => truncateAfter({} as never), /^truncateAfter\(\) takes a place in the response/],
    ['two places', () => stall({ after: { events: 1, bytes: 1 } as never }), /^stall\(\) takes a place/],
    ['a negative place', () => disconnect({ after: { events: -1 } }), /`events` must be a whole number/],
    ['a status of success', () => failWith(200), /status of an error/],
    ['no times', () => rateLimit({ times: 0 }), /`times` must be a whole number, at least 1/],
    ['half a second', () => rateLimit({ retryAfterSeconds: 0.5 }), /`retryAfterSeconds`/],
    ['no time', () => delay(NaN), /`forMs`|`ms`/],
  ])('%s is refused at once', (_, make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });

  test('the compiler knows which response a fault holds', () => {
    // @ts-expect-error no list of numbers is said
    createMockMistral({ 'chat.stream': truncateAfter({ events: 1 }, [1]) });
    // @ts-expect-error models say nothing
    createMockMistral({ 'models.list': inTurn('Bonjour') });
    createMockMistral({
      'chat.complete': stall({ forMs: 1 }, ({ params }) => params.model),
      'files.retrieve': inTurn(({ params }, usual) => {
        expectTypeOf(params.file_id).toEqualTypeOf<string>();
        return { ...usual, filename: params.file_id };
      }),
    });
  });
});
