import { describe, expect, test, vi } from 'vitest';

import { AbortError } from '../../../src/errors/abort-error.js';
import { ConnectionError } from '../../../src/errors/connection-error.js';
import { failureOf as failureFor } from '../../../src/errors/failure-of.js';
import { linkSignals } from '../../../src/internal/linked-cancellation.js';
import { withFetch } from '../../../src/transport/fetch.js';
import type { Attempt, Call, Fetch } from '../../../src/transport/send.js';
import { api, origin } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';
import { closedOrigin, serve } from '../../helpers/loopback.js';

const call: Call = {
  method: 'GET',
  url: `${origin}/v1/models?search=private`,
  headers: new Headers({ accept: 'application/json' }),
  body: undefined,
};

/** What surrounds the first attempt of a call. */
function attempt(signal?: AbortSignal): Attempt {
  const cancellation = linkSignals(signal);
  const scrub = <T>(value: T): T => value;
  return {
    operation: 'models.list',
    attempt: 1,
    fetchOptions: {},
    signal: cancellation.signal,
    scrub,
    failure: (problem, cause) => failureFor({ call: 'GET /v1/models', cancellation, scrub }, problem, cause),
  };
}

const send = withFetch((url, init) => fetch(url, init));

describe('withFetch', () => {
  test('calls fetch with a URL and an init, never with a Request', async () => {
    const spy = vi.fn<Fetch>(async () => new Response());
    const given: Call = { ...call, method: 'POST', body: '{}' };
    const first = attempt();

    await withFetch(spy)(given, first);

    expect(spy).toHaveBeenCalledExactlyOnceWith(given.url, {
      method: 'POST',
      headers: given.headers,
      body: '{}',
      redirect: 'manual',
      signal: first.signal,
    });
  });

  test('a form tells its type once, in its header, so that no runtime warns of two', async () => {
    const spy = vi.fn<Fetch>(async () => new Response());
    const body = new Blob(['form'], { type: 'multipart/form-data; boundary=b' });
    const headers = new Headers({ 'content-type': body.type });

    await withFetch(spy)({ ...call, method: 'POST', headers, body }, attempt());
    await withFetch(spy)({ ...call, method: 'POST', body }, attempt());

    const [told, untold] = spy.mock.calls.map(([, init]) => init.body as Blob);
    expect(told!.type).toBe('');
    expect(await told!.text()).toBe('form');
    expect(untold!.type).toBe(body.type);
  });

  test('hands back whatever answer comes', async () => {
    api().get('/v1/models?search=private').reply(404, 'nothing here');

    const response = await send(call, attempt());

    expect(response.status).toBe(404);
    expect(await response.text()).toBe('nothing here');
  });

  test('names the route and the reason when there is no answer, and not what was searched for', async () => {
    api().get('/v1/models?search=private').replyWithError('connect ECONNREFUSED 127.0.0.1:443');

    const error = await failureOf(send(call, attempt()));

    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      message: 'GET /v1/models got no response: connect ECONNREFUSED 127.0.0.1:443',
      cause: expect.any(Error),
    });
  });

  test('tells a refused connection', async () => {
    const error = await failureOf(send({ ...call, url: `${await closedOrigin()}/v1/models` }, attempt()));

    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toHaveProperty('message', expect.stringMatching(/^GET \/v1\/models .*: .*ECONNREFUSED/));
  });

  test('takes for a missing answer whatever a custom fetch throws', async () => {
    const broken = withFetch(() => {
      throw 'out of sockets';
    });

    const error = await failureOf(broken(call, attempt()));

    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      message: 'GET /v1/models got no response: out of sockets',
      cause: 'out of sockets',
    });
  });

  test('is ended by the signal while it waits, with the reason as cause', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort('no longer needed'));

    const error = await failureOf(send({ ...call, url }, attempt(controller.signal)));

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'no longer needed');
  });
});
