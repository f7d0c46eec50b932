import { describe, expect, test } from 'vitest';

import { readErrorBody } from '../../../src/errors/error-body.js';

const nothing = { message: undefined, code: undefined, type: undefined, param: undefined, detail: undefined };
const missingRole = { type: 'missing', loc: ['body', 'messages', 0, 'role'], msg: 'Field required' };

describe('the body of the API', () => {
  test('tells message, type, code and param', () => {
    const body = {
      object: 'error',
      message: 'Rate limit exceeded',
      type: 'rate_limited',
      param: 'model',
      code: '1300',
    };

    expect(readErrorBody(body)).toEqual({
      ...nothing,
      message: 'Rate limit exceeded',
      type: 'rate_limited',
      param: 'model',
      code: '1300',
    });
  });

  test('may have a number as its code, and null where it has nothing to tell', () => {
    const body = { object: 'error', message: 'Service unavailable', type: null, param: null, code: 3505 };

    expect(readErrorBody(body)).toEqual({ ...nothing, message: 'Service unavailable', code: '3505' });
  });

  test.each([
    [{ error: 'stream_error', reason: 'The broker went away' }, 'stream_error: The broker went away'],
    [{ error: 'stream_error', reason: null }, 'stream_error'],
    [{ error: 'stream_error', reason: '' }, 'stream_error'],
  ])('of a stream of workflows tells the reason: %j', (body, message) => {
    expect(readErrorBody(body).message).toBe(message);
  });

  test('may hold the details of a failed validation as its message', () => {
    const body = { object: 'error', message: { detail: [missingRole] }, type: 'invalid_request_error' };

    expect(readErrorBody(body)).toEqual({
      ...nothing,
      message: 'body.messages.0.role: Field required',
      type: 'invalid_request_error',
      detail: [missingRole],
    });
  });
});

describe('the body of a failed validation', () => {
  test('tells each field and what is wrong with it', () => {
    const model = { type: 'string_type', loc: ['body', 'model'], msg: 'Input should be a valid string' };

    expect(readErrorBody({ detail: [missingRole, model] })).toEqual({
      ...nothing,
      message: 'body.messages.0.role: Field required; body.model: Input should be a valid string',
      detail: [missingRole, model],
    });
  });

  test('may be a sentence', () => {
    expect(readErrorBody({ detail: 'Not Found' })).toEqual({ ...nothing, message: 'Not Found' });
  });

  test.each([[[]], [[{ msg: 'no place' }]], [['text']]])('is not taken for one when it is %j', (detail) => {
    expect(readErrorBody({ detail }).detail).toBeUndefined();
    expect(readErrorBody({ detail }).message).toBe(JSON.stringify({ detail }));
  });
});

describe('any other body', () => {
  test('may wrap the error once more', () => {
    const body = { error: { message: 'No such model', type: 'invalid_model', code: 1500 } };

    expect(readErrorBody(body)).toEqual({
      ...nothing,
      message: 'No such model',
      type: 'invalid_model',
      code: '1500',
    });
  });

  test('may be an error that is a string', () => {
    expect(readErrorBody({ error: 'upstream timed out' }).message).toBe('upstream timed out');
  });

  test('is told by its title when it is a page of HTML', () => {
    const page =
      '<html>\r\n<head><title>\n502 Bad Gateway </title></head>\r\n<body><h1>502</h1></body></html>';

    expect(readErrorBody(page).message).toBe('502 Bad Gateway');
  });

  test('is told as it is when it is text', () => {
    expect(readErrorBody('  no healthy upstream\n').message).toBe('no healthy upstream');
  });

  test('is told as JSON when nothing in it is a message', () => {
    expect(readErrorBody({ reason: 'unknown' }).message).toBe('{"reason":"unknown"}');
  });

  test.each([[''], ['  \n'], [{}], [null], [undefined], [42], [[]]])('says nothing when it is %j', (body) => {
    expect(readErrorBody(body)).toEqual(nothing);
  });
});
