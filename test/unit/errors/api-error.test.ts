import { describe, expect, test } from 'vitest';

import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  errorFromResponse,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  requestIdOf,
  UnprocessableEntityError,
} from '../../../src/errors/api-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';

const head = (status: number, headers: HeadersInit = {}): Response =>
  new Response(null, { status, statusText: 'Status text', headers });

describe('the class', () => {
  test.each([
    [400, BadRequestError],
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [409, ConflictError],
    [422, UnprocessableEntityError],
    [429, RateLimitError],
    [500, InternalServerError],
    [503, InternalServerError],
    [599, InternalServerError],
    [402, APIError],
    [418, APIError],
  ])('follows the status: %i', (status, Expected) => {
    const error = errorFromResponse('POST /v1/ocr', head(status), undefined);

    expect(error.constructor).toBe(Expected);
    expect(error.name).toBe(Expected.name);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toBeInstanceOf(MistralError);
    expect(error.status).toBe(status);
  });
});

describe('the error', () => {
  test('carries what the body and the headers tell', () => {
    const body = { object: 'error', message: 'Slow down', type: 'rate_limited', param: 'model', code: 1300 };
    const response = head(429, { 'retry-after': '3', 'mistral-correlation-id': 'correlation-1' });

    const error = errorFromResponse('POST /v1/ocr', response, body);

    expect(error).toMatchObject({
      status: 429,
      type: 'rate_limited',
      param: 'model',
      code: '1300',
      detail: undefined,
      requestId: 'correlation-1',
      body,
    });
    expect(error.headers.get('retry-after')).toBe('3');
  });

  test('has the details of a failed validation', () => {
    const detail = [{ loc: ['body', 'model'], msg: 'Field required', type: 'missing' }];

    expect(errorFromResponse('POST /v1/ocr', head(422), { detail }).detail).toEqual(detail);
  });
});

describe('the message', () => {
  test('says the status, what happened, and on which call', () => {
    expect(errorFromResponse('GET /v1/files', head(404), { message: 'No such file' }).message).toBe(
      '404 No such file (GET /v1/files)',
    );
  });

  test('falls back on the status text', () => {
    expect(errorFromResponse('GET /v1/files', head(503), '').message).toBe('503 Status text (GET /v1/files)');
  });

  test.each([
    [401, 'Check the API key: https://console.mistral.ai/api-keys'],
    [429, 'Slow down, or ask for higher limits'],
  ])('says what to do next after a %i', (status, advice) => {
    const { message } = errorFromResponse('GET /v1/files', head(status), { message: 'No' });

    expect(message).toBe(`${status} No (GET /v1/files). ${advice}`);
  });

  test('is of bounded length, and the body is whole all the same', () => {
    const message = 'x'.repeat(100_000);

    const error = errorFromResponse('GET /v1/files', head(400), { message });

    expect(error.message).toMatch(/^400 x{1400} \(GET \/v1\/files\)$/);
    expect(error.body).toEqual({ message });
  });
});

test.each([
  [{ 'mistral-correlation-id': 'a', 'x-kong-request-id': 'b', 'x-request-id': 'c' }, 'a'],
  [{ 'x-kong-request-id': 'b', 'x-request-id': 'c' }, 'b'],
  [{ 'x-request-id': 'c' }, 'c'],
  [{}, undefined],
])('of the headers %j the request id is %s', (headers, expected) => {
  expect(requestIdOf(new Headers(headers))).toBe(expected);
});
