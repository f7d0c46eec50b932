import { describe, expect, test } from 'vitest';

import { APIError, InternalServerError, RateLimitError } from '../../../src/errors/api-error.js';
import { ResponseError } from '../../../src/errors/response-error.js';
import {
  isTerminal,
  parseTogether,
  readEvent,
  sentinel,
  type StreamEnd,
} from '../../../src/streaming/event-reader.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answerOf } from '../../helpers/answer-of.js';

const response = new Response(null, { headers: { 'mistral-correlation-id': 'correlation-1' } });
const origin = answerOf(response);
const tagged: StreamEnd = { tag: 'type', terminal: ['response.done'], error: ['response.error'] };

const read = (data: unknown, end: StreamEnd = {}, event?: string) =>
  readEvent(
    { event, id: undefined, data: typeof data === 'string' ? data : JSON.stringify(data) },
    end,
    origin,
  );

describe('an event', () => {
  test('is its JSON', () => {
    expect(read({ choices: [] })).toEqual({ choices: [] });
  });

  test('ends the stream when its tag says so', () => {
    expect(isTerminal(read({ type: 'response.delta' }, tagged), tagged)).toBe(false);
    expect(isTerminal(read({ type: 'response.done' }, tagged), tagged)).toBe(true);
  });

  test('does not end the stream by a tag of another name, or where there are no tags', () => {
    expect(isTerminal({ kind: 'response.done' }, tagged)).toBe(false);
    expect(isTerminal({ type: 'response.done' }, {})).toBe(false);
    expect(isTerminal(42, tagged)).toBe(false);
  });

  test('may be of a kind that nobody knew', () => {
    const event = { type: 'response.new', extra: [1] };

    expect(read(event, tagged, 'response.new')).toEqual(event);
    expect(isTerminal(event, tagged)).toBe(false);
  });

  test('is no error for having an error that is null', () => {
    expect(read({ error: null })).toEqual({ error: null });
  });

  test('with the data of the sentinel ends the stream', () => {
    expect(read('[DONE]', { done: '[DONE]' })).toBe(sentinel);
  });

  test('that is no JSON is an error with what came', async () => {
    const error = await failureOf(() => read('{"choices":', { done: '[DONE]' }));

    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ excerpt: '{"choices":', cause: expect.any(SyntaxError) });
  });

  test('that is the sentinel of other streams is no JSON here', () => {
    expect(() => read('[DONE]', tagged)).toThrow(ResponseError);
  });
});

describe('the data of events', () => {
  const eventsOf = (...data: readonly string[]) => data.map((each) => ({ data: each }));
  const values = Array.from({ length: 16 }, (_, n) => ({ n }));
  const many = values.map((value) => JSON.stringify(value));
  const end = { done: '[DONE]' };

  test('is parsed together when there are many, without what ends them', () => {
    expect(parseTogether(eventsOf(...many), end)).toEqual(values);
    expect(parseTogether(eventsOf(...many, '[DONE]'), end)).toEqual(values);
    expect(parseTogether(eventsOf(...many, '[DONE]'), {})).toEqual(values);
  });

  test.each([
    ['there are few', many.slice(1)],
    ['one has no value', [...many, '']],
    ['one is no object', [...many, '16']],
    ['one has two values', [...many, '{"n":16},{"n":17}']],
    ['two are one value', [...many, '{"n":[{}', '{}]}']],
    ['two are one value, and another has two', [...many, '[16', '17]', '18,19']],
    ['the end comes before others', ['[DONE]', ...many]],
  ])('is parsed one by one when %s', (_, data) => {
    expect(parseTogether(eventsOf(...data), end)).toBeUndefined();
  });
});

describe('an error', () => {
  test.each([
    ['by the name of its event', { message: 'Overloaded' }, {}, 'error'],
    ['as an object called error', { error: { message: 'Overloaded' } }, {}, undefined],
    ['as the body of an API error', { object: 'error', message: 'Overloaded' }, {}, undefined],
    ['by its tag', { type: 'response.error', message: 'Overloaded' }, tagged, undefined],
  ])('is told %s', async (_, data, end, event) => {
    const error = await failureOf(() => read(data, end, event));

    expect(error).toBeInstanceOf(InternalServerError);
    expect(error).toMatchObject({
      status: 500,
      message: '500 Overloaded (mistral.chat.stream())',
      body: data,
      requestId: 'correlation-1',
    });
  });

  test.each([
    [{ error: { message: 'Slow down', code: 429 } }],
    [{ object: 'error', message: 'Slow down', raw_status_code: 429, code: '1300' }],
    [{ object: 'error', message: 'Slow down', status: 429 }],
  ])('has the class of the status that it names: %j', async (data) => {
    const error = await failureOf(() => read(data));

    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toHaveProperty('status', 429);
  });

  test('whose code is no HTTP status counts as a failure of the API', async () => {
    const error = await failureOf(() => read({ object: 'error', message: 'No', code: 3505 }));

    expect(error).toMatchObject({ status: 500, code: '3505' });
  });

  test('that is text only keeps the text', async () => {
    const error = await failureOf(() => read('"out of memory"', {}, 'error'));

    expect(error).toBeInstanceOf(APIError);
    expect(error).toHaveProperty('message', '500 out of memory (mistral.chat.stream())');
  });

  test('event whose data is no JSON is an error of the API all the same', async () => {
    const error = await failureOf(() => read('upstream gave up', {}, 'error'));

    expect(error, String(error)).toBeInstanceOf(APIError);
  });
});
