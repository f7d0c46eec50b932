import { describe, expect, test, vi } from 'vitest';

import { APIPromise, type Outcome, type Perform } from '../../../src/transport/api-promise.js';
import { failureOf } from '../../helpers/failure-of.js';

const response = new Response(null, { headers: { 'mistral-correlation-id': 'correlation-1' } });
const performer = () =>
  vi.fn<Perform<string>>(async (mode) =>
    mode === 'data' ? { response, attempts: 1, data: 'data' } : { response, attempts: 1 },
  );

describe('a call', () => {
  test('gives its data when awaited', async () => {
    expect(await new APIPromise(performer())).toBe('data');
  });

  test('is sent in the same tick, whether it is awaited or not', async () => {
    const perform = performer();

    void new APIPromise(perform);
    expect(perform).not.toHaveBeenCalled();
    await Promise.resolve();

    expect(perform).toHaveBeenCalledExactlyOnceWith('data');
  });

  test('is sent once, however often it is awaited', async () => {
    const perform = performer();
    const call = new APIPromise(perform);

    await Promise.all([call, call, call.withResponse(), call.then()]);
    await call;

    expect(perform).toHaveBeenCalledOnce();
  });

  test('that starts when used is not sent before', async () => {
    const perform = performer();
    const call = new APIPromise(perform, 'when used');
    await Promise.resolve();
    expect(perform).not.toHaveBeenCalled();

    await call;

    expect(perform).toHaveBeenCalledOnce();
  });

  test('works with what promises are combined with', async () => {
    const settled = vi.fn();
    const call = new APIPromise(performer());

    expect(await Promise.all([call, Promise.resolve(1)])).toEqual(['data', 1]);
    expect(await call.finally(settled)).toBe('data');
    expect(await call.then((data) => data.length)).toBe(4);
    expect(settled).toHaveBeenCalledOnce();
    expect(Object.prototype.toString.call(call)).toBe('[object APIPromise]');
  });

  test('that fails rejects with its error, and can be caught', async () => {
    const fault = new Error('no answer');
    const call = new APIPromise<string>(() => Promise.reject(fault));

    expect(await failureOf(call)).toBe(fault);
    expect(await failureOf(call.withResponse())).toBe(fault);
    expect(await call.catch(() => 'instead')).toBe('instead');
    expect(
      await call.then(
        () => 'data',
        () => 'instead',
      ),
    ).toBe('instead');
  });

  test('with an empty answer gives nothing', async () => {
    const call = new APIPromise<void>(async (): Promise<Outcome<void>> => ({ response, attempts: 1 }));

    expect(await call).toBeUndefined();
  });
});

test('withResponse gives the data and what came around it', async () => {
  expect(await new APIPromise(performer()).withResponse()).toEqual({
    data: 'data',
    response,
    requestId: 'correlation-1',
    rateLimit: undefined,
    attempts: 1,
  });
});

describe('asResponse', () => {
  test('hands over the response and leaves the body alone', async () => {
    const perform = performer();
    const call = new APIPromise(perform);

    expect(await call.asResponse()).toBe(response);
    expect(await call.asResponse()).toBe(response);
    await Promise.resolve();

    expect(perform).toHaveBeenCalledExactlyOnceWith('response');
  });

  test('comes too late once the data was asked for', async () => {
    const call = new APIPromise(performer());
    void call.then();

    await expect(call.asResponse()).rejects.toThrow(/call `.asResponse\(\)` right on the call/);
  });

  test('comes too late in another tick', async () => {
    const call = new APIPromise(performer());
    await Promise.resolve();

    expect(await failureOf(call.asResponse())).toBeInstanceOf(TypeError);
  });

  test('leaves no data to await', async () => {
    const call = new APIPromise(performer());
    await call.asResponse();

    await expect(call).rejects.toThrow(/read the data from its body/);
    await expect(call.withResponse()).rejects.toThrow(TypeError);
  });
});
