import { expect, test } from 'vitest';

import { ResponseError } from '../../../src/errors/response-error.js';

test('the error tells status, type and the beginning of what came', () => {
  const response = new Response(null, { status: 201, headers: { 'content-type': 'text/html' } });

  const error = new ResponseError('The response is not JSON', { response }, '<html>');

  expect(error).toMatchObject({
    name: 'ResponseError',
    status: 201,
    contentType: 'text/html',
    excerpt: '<html>',
  });
  expect(error.message).toBe(
    'The response is not JSON (status 201, content type text/html). It begins: <html>',
  );
});

test('an answer of no type and no content is told as such', () => {
  const error = new ResponseError('The response is empty', { response: new Response(null) }, '');

  expect(error.contentType).toBeNull();
  expect(error.message).toBe('The response is empty (status 200, content type none). It begins: (empty)');
});

test('of a long body the message has a little and the excerpt more', () => {
  const error = new ResponseError('Too much', { response: new Response(null) }, 'x'.repeat(5000));

  expect(error.excerpt).toHaveLength(1024);
  expect(error.message.match(/x{100,}/)![0]).toHaveLength(200);
});
