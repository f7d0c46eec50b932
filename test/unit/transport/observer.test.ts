import { setImmediate } from 'node:timers/promises';

import { describe, expect, test, vi } from 'vitest';

import { AbortError, ArgumentError, ConnectionError, Mistral } from '../../../src/index.js';
import type {
  CallEnd,
  ObservedResponse,
  ObservedCall,
  Observation,
} from '../../../src/transport/observer.js';
import { client } from '../../helpers/api.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answer, scripted } from '../../helpers/scripted.js';

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const chunk = (content: string) => ({ id: '1', model: 'm', choices: [{ index: 0, delta: { content } }] });

/** An observer that writes down what it is told. */
function notes() {
  const calls: ObservedCall[] = [];
  const told: string[] = [];
  const ends: CallEnd[] = [];
  const answers: ObservedResponse[] = [];
  const observer = (call: ObservedCall): Observation => {
    calls.push(call);
    return {
      run(send) {
        told.push('run');
        send();
      },
      responded(head) {
        told.push('responded');
        answers.push(head);
      },
      ended(end) {
        told.push('ended');
        ends.push(end);
      },
    };
  };
  return { observer, calls, told, ends, answers };
}

describe('an observer', () => {
  test('is shown a call in the tick in which it is made, with its parameters and its route', async () => {
    const { observer, calls } = notes();
    const { mistral } = scripted([answer(200)], { observer, baseURL: 'https://gateway.example/mistral' });

    const call = mistral.files.retrieve({ file_id: 'a/b' });

    expect(calls).toMatchObject([
      {
        operation: 'files.retrieve',
        method: 'GET',
        path: '/v1/files/{file_id}',
        baseURL: 'https://gateway.example/mistral',
        params: { file_id: 'a/b' },
      },
    ]);
    await call;
  });

  test('is told of all attempts as one call', async () => {
    const { observer, told, ends, answers } = notes();
    const { mistral, fetch } = scripted([answer(503), answer(429), answer(200, {}, { id: 'x' })], {
      observer,
    });

    await mistral.chat.complete(chat);

    expect(fetch).toHaveBeenCalledTimes(3);
    expect(told).toEqual(['run', 'responded', 'ended']);
    expect(answers).toMatchObject([{ attempts: 3, response: { status: 200 } }]);
    expect(ends).toEqual([{ data: { id: 'x' } }]);
  });

  test('is given the error that the caller gets', async () => {
    const { observer, told, ends } = notes();
    const { mistral } = scripted([answer(503)], { observer, maxRetries: 1 });

    const error = await failureOf(mistral.chat.complete(chat));

    expect(told).toEqual(['run', 'ended']);
    expect(ends[0]!.error).toBe(error);
    expect(error).toMatchObject({ attempts: 2 });
  });

  test('is told nothing of a call that is refused before it is made', async () => {
    const { observer, calls } = notes();
    const { mistral } = scripted([answer(200)], { observer });

    await failureOf(mistral.files.retrieve({ file_id: '..' }));
    await failureOf(mistral.chat.complete('Bonjour' as never));

    expect(calls).toEqual([]);
  });

  test('can send a header with every attempt', async () => {
    const { mistral, sent } = scripted([answer(503), answer(200)], {
      observer: ({ setHeader }) => ({
        run(send) {
          setHeader('x-trace', 'abc');
          send();
        },
      }),
    });

    await mistral.chat.complete(chat);

    expect(sent().map((headers) => headers.get('x-trace'))).toEqual(['abc', 'abc']);
  });

  test('cannot replace the key', async () => {
    const { mistral, sent } = scripted([answer(200)], {
      observer: ({ setHeader }) => ({
        run(send) {
          setHeader('Authorization', 'Bearer other');
          send();
        },
      }),
    });

    await mistral.chat.complete(chat);

    expect(sent()[0]?.get('authorization')).not.toContain('other');
  });

  test('goes on in a client that is made with withOptions()', async () => {
    const { observer, calls } = notes();
    const mistral = client({ observer, fetch: async () => Response.json({ data: [] }) });

    await mistral.withOptions({ maxRetries: 0 }).models.list();

    expect(calls).toMatchObject([{ operation: 'models.list' }]);
  });

  test('that is no function is refused', () => {
    const make = () => new Mistral({ apiKey: 'k', observer: {} as never });

    expect(make).toThrow(ArgumentError);
    expect(make).toThrow('`observer` must be a function');
  });
});

describe('an observer that throws does not disturb the call', () => {
  const broken = (): never => {
    throw new RangeError('secret');
  };

  test.each<[string, () => Observation]>([
    ['when it is shown the call', broken],
    ['before it sends', () => ({ run: broken })],
    [
      'after it has sent',
      () => ({
        run(send) {
          send();
          broken();
        },
      }),
    ],
    ['at the response', () => ({ responded: broken })],
    ['at the end', () => ({ ended: broken })],
  ])('%s', async (_, observer) => {
    const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
    const { mistral, fetch } = scripted([answer(200, {}, { id: 'x' })], {
      observer,
      logger,
      logLevel: 'warn',
    });

    expect(await mistral.chat.complete(chat)).toEqual({ id: 'x' });
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(logger.warn.mock.calls).toEqual([
      ["[mistral-sdk] mistral.chat.complete(): the client's `observer` failed with RangeError"],
    ]);
  });

  test('by never sending, or sending twice', async () => {
    const forgetful = scripted([answer(200)], { observer: () => ({ run: () => undefined }) });
    const eager = scripted([answer(200)], {
      observer: () => ({
        run(send) {
          send();
          send();
        },
      }),
    });

    await forgetful.mistral.chat.complete(chat);
    await eager.mistral.chat.complete(chat);

    expect(forgetful.fetch).toHaveBeenCalledTimes(1);
    expect(eager.fetch).toHaveBeenCalledTimes(1);
  });

  test('that fails itself', async () => {
    const { mistral } = scripted([new TypeError('fetch failed')], {
      observer: () => ({ run: (send) => send(), ended: broken }),
      maxRetries: 0,
    });

    expect(await failureOf(mistral.chat.complete(chat))).toBeInstanceOf(ConnectionError);
  });
});

describe('the end of a stream', () => {
  const observed = (...events: readonly unknown[]) => {
    const { observer, told, ends } = notes();
    const body = () => eventStream(bodyOf(...events.map((event) => sse(event))));
    return { mistral: scripted([body], { observer }).mistral, told, ends };
  };

  test('is its last event, by when the answer is whole', async () => {
    const { mistral, told, ends } = observed(
      chunk('a'),
      chunk('b'),
      { ...chunk(''), usage: { total_tokens: 3 } },
      '[DONE]',
    );
    const stream = mistral.chat.stream(chat);

    expect(told).toEqual([]);
    for await (const _ of stream) expect(told).toEqual(['run', 'responded']);

    expect(told).toEqual(['run', 'responded', 'ended']);
    expect(ends).toMatchObject([{ data: { usage: { total_tokens: 3 } } }]);
    expect(ends[0]!.error).toBeUndefined();
  });

  test('is where the reader leaves, which is no error', async () => {
    const { mistral, ends } = observed(chunk('a'), chunk('b'), '[DONE]');

    for await (const _ of mistral.chat.stream(chat)) break;

    expect(ends).toMatchObject([{ data: { choices: [{ message: { content: 'a' } }] } }]);
    expect(ends[0]!.error).toBeUndefined();
  });

  test('is where it breaks off, with what had arrived', async () => {
    const { mistral, ends } = observed(chunk('a'));

    const error = await failureOf(mistral.chat.stream(chat).finalMessage());

    expect(ends).toMatchObject([{ data: { choices: [{ message: { content: 'a' } }] } }]);
    expect(ends[0]!.error).toBe(error);
  });

  test('is an abort, also while nobody reads', async () => {
    const { mistral, ends } = observed(chunk('a'), chunk('b'), '[DONE]');
    const controller = new AbortController();
    const stream = await mistral.chat.stream(chat, { signal: controller.signal });

    controller.abort('enough');

    expect(ends[0]!.error).toBeInstanceOf(AbortError);
    expect(ends[0]!.error).toMatchObject({ cause: 'enough' });
    await failureOf(stream.finalMessage());
    expect(ends).toHaveLength(1);
  });

  test('is that of both its branches', async () => {
    const { mistral, told, ends } = observed(chunk('a'), chunk('b'), '[DONE]');
    const [left, right] = mistral.chat.stream(chat).tee();

    for await (const _ of left) break;
    expect(told).not.toContain('ended');
    await right.finalMessage();

    expect(ends).toMatchObject([{ data: { choices: [{ message: { content: 'ab' } }] } }]);
  });

  test('does not come for one that is made and not read', async () => {
    const { mistral, told } = observed();

    mistral.chat.stream(chat);
    await setImmediate();

    expect(told).toEqual([]);
  });

  test('is the failure of a request that never became one', async () => {
    const { observer, told, ends } = notes();
    const { mistral } = scripted([answer(401)], { observer });

    const error = await failureOf(mistral.chat.stream(chat).finalMessage());

    expect(told).toEqual(['run', 'ended']);
    expect(ends[0]!.error).toBe(error);
  });
});

describe('the end of an answer that the caller reads', () => {
  const bytes = (...chunks: readonly string[]) => {
    const { observer, told, ends } = notes();
    const response = () => new Response(bodyOf(...chunks), { headers: { 'content-length': '6' } });
    return { mistral: scripted([response], { observer }).mistral, told, ends };
  };

  test('is the end of a download', async () => {
    const { mistral, told, ends } = bytes('abc', 'def');
    const response = await mistral.files.download({ file_id: 'f' });

    expect(told).toEqual(['run', 'responded']);
    await response.text();

    expect(ends).toEqual([{}]);
  });

  test('is where a download is cut off', async () => {
    const { mistral, ends } = bytes('abc');

    const error = await failureOf((await mistral.files.download({ file_id: 'f' })).text());

    expect(ends).toEqual([{ error }]);
    expect(error).toBeInstanceOf(ConnectionError);
  });

  test('is where a download is left, or aborted', async () => {
    const left = bytes('abc', 'def');
    await (await left.mistral.files.download({ file_id: 'f' })).body!.cancel();
    const aborted = bytes('abc', 'def');
    const controller = new AbortController();
    await aborted.mistral.files.download({ file_id: 'f' }, { signal: controller.signal });
    controller.abort('enough');

    expect(left.ends).toEqual([{}]);
    expect(aborted.ends[0]!.error).toBeInstanceOf(AbortError);
  });

  test('is that of a response that was handed out raw', async () => {
    const { observer, told } = notes();
    const { mistral } = scripted([answer(200)], { observer });
    const response = await mistral.chat.complete(chat).asResponse();

    expect(told).toEqual(['run', 'responded']);
    await response.json();

    expect(told).toEqual(['run', 'responded', 'ended']);
  });

  test('is the answer itself when there is no body', async () => {
    const { observer, ends } = notes();
    const { mistral } = scripted([() => new Response(null, { status: 204 })], { observer });

    await mistral.models.list().asResponse();

    expect(ends).toEqual([{}]);
  });
});

test('each page of a list is a call of its own', async () => {
  const { observer, calls, ends } = notes();
  const page = (ids: readonly number[], total: number) =>
    answer(200, {}, { object: 'list', data: ids.map((id) => ({ id })), total });
  const { mistral } = scripted([page([1, 2], 3), page([3], 3)], { observer });

  expect(await mistral.files.list({ page_size: 2 }).collect()).toHaveLength(3);

  expect(calls.map(({ operation, params }) => [operation, params.page])).toEqual([
    ['files.list', undefined],
    ['files.list', 1],
  ]);
  expect(ends).toMatchObject([{ data: { total: 3 } }, { data: { data: [{ id: 3 }] } }]);
});
