import { describe, expect, test } from 'vitest';

import { NotFoundError } from '../../../src/errors/api-error.js';
import { ResponseError } from '../../../src/errors/response-error.js';
import { decodeError, decodeJson } from '../../../src/transport/decode.js';
import type { Call } from '../../../src/transport/send.js';
import { failureOf } from '../../helpers/failure-of.js';

const call: Call = {
  method: 'DELETE',
  url: 'https://api.test/prefix/v1/files/f%2F1?search=private',
  headers: new Headers(),
  body: undefined,
  signal: undefined,
};

describe('decodeJson', () => {
  test.each([
    ['{"a":[1,null]}', { a: [1, null] }],
    ['null', null],
    ['"text"', 'text'],
    ['\ufeff{}', {}],
  ])('reads %j', async (text, expected) => {
    expect(await decodeJson(call, new Response(text))).toEqual(expected);
  });

  test('reads JSON whatever the answer calls itself', async () => {
    const response = new Response('{"a":1}', { headers: { 'content-type': 'text/plain' } });

    expect(await decodeJson(call, response)).toEqual({ a: 1 });
  });

  test('gives nothing for an answer of no content', async () => {
    expect(await decodeJson(call, new Response(null, { status: 204 }))).toBeUndefined();
  });

  test('refuses an empty answer where JSON is due', async () => {
    const error = await failureOf(decodeJson(call, new Response('')));

    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining('The answer is empty where JSON was due'),
    );
  });

  test('refuses what is no JSON, with its beginning and the reason', async () => {
    const response = new Response('<html>', { headers: { 'content-type': 'text/html' } });

    const error = await failureOf(decodeJson(call, response));

    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({
      message: 'The answer is not JSON (status 200, content type text/html). It begins: <html>',
      excerpt: '<html>',
      cause: expect.any(SyntaxError),
    });
  });
});

describe('decodeError', () => {
  test('picks the class by status and tells the route without its query', async () => {
    const response = Response.json({ message: 'No such file' }, { status: 404 });

    const error = await decodeError(call, response);

    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toBe('404 No such file (DELETE /prefix/v1/files/f%2F1)');
    expect(error.body).toEqual({ message: 'No such file' });
  });

  test('keeps a body that is no JSON as text', async () => {
    const page = '<title>502 Bad Gateway</title>';

    const error = await decodeError(call, new Response(page, { status: 502 }));

    expect(error.message).toBe('502 502 Bad Gateway (DELETE /prefix/v1/files/f%2F1)');
    expect(error.body).toBe(page);
  });
});
