import { describe, expect, test, vi } from 'vitest';

import { AbortError } from '../../../src/errors/abort-error.js';
import { ConnectionError } from '../../../src/errors/connection-error.js';
import { readText, withFetch } from '../../../src/transport/fetch.js';
import type { Call, Fetch } from '../../../src/transport/send.js';
import { api, origin } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';
import { closedOrigin, serve } from '../../helpers/loopback.js';

const call = (changes: Partial<Call> = {}): Call => ({
  method: 'GET',
  url: `${origin}/v1/models?search=private`,
  headers: new Headers({ accept: 'application/json' }),
  body: undefined,
  signal: undefined,
  ...changes,
});
const send = withFetch((url, init) => fetch(url, init));

describe('withFetch', () => {
  test('calls fetch with a URL and an init, never with a Request', async () => {
    const spy = vi.fn<Fetch>(async () => new Response());
    const { signal } = new AbortController();
    const given = call({ method: 'POST', body: '{}', signal });

    await withFetch(spy)(given);

    expect(spy).toHaveBeenCalledExactlyOnceWith(given.url, {
      method: 'POST',
      headers: given.headers,
      body: '{}',
      signal,
    });
  });

  test('hands back whatever answer comes', async () => {
    api().get('/v1/models?search=private').reply(404, 'nothing here');

    const response = await send(call());

    expect(response.status).toBe(404);
    expect(await response.text()).toBe('nothing here');
  });

  test('names the route and the reason when there is no answer, and not what was searched for', async () => {
    api().get('/v1/models?search=private').replyWithError('connect ECONNREFUSED 127.0.0.1:443');

    const error = await failureOf(send(call()));

    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      message: 'GET /v1/models got no answer: connect ECONNREFUSED 127.0.0.1:443',
      cause: expect.any(Error),
    });
  });

  test('tells a refused connection', async () => {
    const error = await failureOf(send(call({ url: `${await closedOrigin()}/v1/models` })));

    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toHaveProperty('message', expect.stringMatching(/^GET \/v1\/models .*: .*ECONNREFUSED/));
  });

  test('takes for a missing answer whatever a custom fetch throws', async () => {
    const broken = withFetch(() => {
      throw 'out of sockets';
    });

    const error = await failureOf(broken(call()));

    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      message: 'GET /v1/models got no answer: out of sockets',
      cause: 'out of sockets',
    });
  });

  test('sends nothing when the signal has aborted already', async () => {
    const spy = vi.fn(async () => new Response());

    const error = await failureOf(withFetch(spy)(call({ signal: AbortSignal.abort('too late') })));

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'too late');
    expect(spy).not.toHaveBeenCalled();
  });

  test('is ended by the signal while it waits, with the reason as cause', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort('no longer needed'));

    const error = await failureOf(send(call({ url, signal: controller.signal })));

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'no longer needed');
  });
});

describe('readText', () => {
  test('gives the text of an answer', async () => {
    expect(await readText(call(), new Response('été'))).toBe('été');
  });

  test('tells an answer that breaks off from one that is short', async () => {
    const url = await serve((_, reply) => {
      reply.writeHead(200, { 'content-length': 100 });
      reply.write('half', () => reply.destroy());
    });
    const given = call({ url: `${url}/v1/models` });

    const error = await failureOf(readText(given, await send(given)));

    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/^GET \/v1\/models was cut off in the middle of its answer: ./),
    );
  });

  test('is ended by the signal while it reads', async () => {
    const url = await serve((_, reply) => {
      reply.writeHead(200, { 'content-length': 100 });
      reply.write('half');
    });
    const controller = new AbortController();
    const given = call({ url, signal: controller.signal });
    const response = await send(given);

    const text = readText(given, response);
    controller.abort('enough');

    const error = await failureOf(text);
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'enough');
  });
});
