import { readdirSync, readFileSync } from 'node:fs';

import { afterEach, describe, expect, test } from 'vitest';
import { diag } from '@opentelemetry/api';

import {
  AbortError,
  APIError,
  ArgumentError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  MistralError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  RedirectError,
  ResponseError,
  StreamInterruptedError,
  TimeoutError,
  UnprocessableEntityError,
} from '../../../src/index.js';
import { JsonlError } from '../../../src/batch/jsonl-error.js';
import { CleanupError } from '../../../src/documents/cleanup-error.js';
import { failureOf as failureOfFetch } from '../../../src/errors/failure-of.js';
import { MistralCallError } from '../../../src/ai-sdk/index.js';
import { LinkedCancellation } from '../../../src/internal/linked-cancellation.js';
import { openTelemetry, traceTool, type TelemetryOptions } from '../../../src/otel/index.js';
import { SocketClosedError } from '../../../src/realtime/socket-closed-error.js';
import { StructuredOutputError } from '../../../src/structured/structured-output-error.js';
import { CassetteError } from '../../../src/testing/cassette-error.js';
import { McpToolError } from '../../../src/mcp/mcp-tool-error.js';
import { ToolError } from '../../../src/tools/tool-error.js';
import { JobFailedError } from '../../../src/waiting/job-failed-error.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answer, scripted } from '../../helpers/scripted.js';
import { exportedSpans } from '../../helpers/spans.js';

const spans = exportedSpans();
afterEach(() => diag.disable());

/** What nobody may read, and what it may look like. */
const secret = 'Zoë Müller, "room 7"';
const escaped = (text: string) =>
  text.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
const encodings: Record<string, string> = {
  plain: secret,
  JSON: JSON.stringify(secret).slice(1, -1),
  'escaped JSON': escaped(JSON.stringify(secret).slice(1, -1)),
  base64: Buffer.from(secret).toString('base64'),
  URL: encodeURIComponent(secret),
};
/** Lines that pass for those of a stack, in the style of either family of engines. */
const likeFrames = (text: string) =>
  [text, `    at ${text} (file:///a.js:1:1)`, `    at ${text}`, `${text}@file:///a.js:1:1`, `x@${text}`].join(
    '\n',
  );

const response = (status: number) => new Response(null, { status, statusText: secret });
const api =
  (Class: typeof APIError, status: number) =>
  (text: string): Error =>
    new Class('POST /v1/x', response(status), { message: text, type: text, code: text, param: text });
const scrub = <T>(value: T): T => value;

/** Each class, made with foreign text wherever it takes some. */
const makers: Readonly<Record<string, (text: string) => Error>> = {
  MistralError: (text) => new MistralError(text),
  ArgumentError: (text) => new ArgumentError(text),
  AbortError: (text) => new AbortError(text),
  ConnectionError: (text) =>
    failureOfFetch(
      { call: 'chat.complete', cancellation: new LinkedCancellation([]), scrub },
      'got no response',
      new TypeError(text, { cause: Object.assign(new Error(text), { code: text }) }),
    ),
  TimeoutError: () => new TimeoutError('took long', 1),
  StreamInterruptedError: (text) => new StreamInterruptedError(1, { cause: text }),
  ResponseError: (text) => new ResponseError('The response is not JSON', { response: response(200) }, text),
  APIError: api(APIError, 418),
  BadRequestError: api(BadRequestError, 400),
  AuthenticationError: api(AuthenticationError, 401),
  PermissionDeniedError: api(PermissionDeniedError, 403),
  NotFoundError: api(NotFoundError, 404),
  ConflictError: api(ConflictError, 409),
  UnprocessableEntityError: (text) =>
    new UnprocessableEntityError('POST /v1/x', response(422), { detail: [{ loc: [text], msg: text }] }),
  RateLimitError: api(RateLimitError, 429),
  InternalServerError: (text) => new InternalServerError('POST /v1/x', response(500), text),
  RedirectError: (text) => new RedirectError('POST /v1/x', response(302), text),
  JsonlError: (text) => new JsonlError(1, 'is not JSON', { cause: new SyntaxError(text) }),
  CleanupError: (text) => new CleanupError('file-1', { cause: text }),
  SocketClosedError: (text) => new SocketClosedError('live', { code: 1011, reason: text }, 1, scrub),
  StructuredOutputError: (text) =>
    new StructuredOutputError(`The reply does not fit: ${text}`, {
      reason: 'mismatch',
      text,
      response: { choices: [] } as never,
      issues: [{ path: [text], message: text }],
    }),
  CassetteError: (text) => new CassetteError(text),
  ToolError: (text) => new ToolError(text, 'D681PevKs', text),
  MistralCallError: (text) =>
    new MistralCallError(api(APIError, 418)(text) as MistralError, '/v1/chat/completions', {
      messages: [text],
    }),
  McpToolError: (text) => new McpToolError(text, text, { content: [{ type: 'text', text }] }),
  JobFailedError: (text) => new JobFailedError('The job 1', 'FAILED', { text }, [text]),
  // What others throw.
  Error: (text) => Object.assign(new Error(text), { name: text }),
  'Error that was changed': (text) => Object.assign(new Error(text), { message: 'changed' }),
  'Error without a message any more': (text) => Object.assign(new Error(text), { message: '' }),
  'Error that throws': (text) =>
    Object.defineProperty(new Error(text), 'message', {
      get() {
        throw new Error(text);
      },
    }),
  text: (text) => text as unknown as Error,
};

/** All classes of errors of the package, wherever they are. */
const root = new URL('../../../src/', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => new URL(name, root).pathname)
  .filter((path) => /static (override )?readonly kind\b/.test(readFileSync(path, 'utf8')));
const modules = await Promise.all(files.map((path) => import(path) as Promise<Record<string, unknown>>));
const classes = modules
  .flatMap((module) => Object.values(module))
  .filter(
    (value): value is { kind: string } & typeof MistralError =>
      typeof value === 'function' && Object.hasOwn(value, 'kind'),
  );

const recorded = () =>
  spans.all().map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));

/** Every text in what was recorded, with those of the JSON in it. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)])
    : [];
}

const expectNothingOf = (...texts: readonly string[]) => {
  const all = textsIn(recorded()).join('\n');
  expect(spans.all().length).toBeGreaterThan(0);
  for (const text of texts) expect(all).not.toContain(text);
};

async function fail(error: unknown, options: TelemetryOptions) {
  const tool = traceTool(
    {
      name: 'weather',
      execute: () => {
        throw error;
      },
    },
    options,
  );
  expect(await failureOf((async () => tool.execute())())).toBe(error);
  const { mistral } = scripted([], {
    observer: openTelemetry(options),
    middleware: [
      () => {
        throw error;
      },
    ],
  });
  await failureOf(mistral.chat.complete({ model: 'm', messages: [{ role: 'user', content: secret }] }));
}

test('every class of errors of the package is tried', () => {
  expect(classes.map(({ kind }) => kind).filter((kind) => !(kind in makers))).toEqual([]);
  expect(classes.length).toBeGreaterThan(20);
});

describe.each(Object.keys(makers))('a failure with %s', (name) => {
  test.each(Object.entries(encodings))('shows no content (%s) with capture off', async (_, text) => {
    for (const foreign of [text, likeFrames(text)]) await fail(makers[name]!(foreign), {});

    expectNothingOf(...Object.values(encodings));
  });

  test('shows nothing past `redact`', async () => {
    const redact = (text: string) => text.replaceAll(secret, '[name]').replaceAll(encodings.JSON!, '[name]');
    for (const foreign of [secret, likeFrames(secret)])
      await fail(makers[name]!(foreign), { captureContent: true, redact });

    expectNothingOf(...Object.values(encodings));
  });
});

test('a failure tells what it can without content', async () => {
  await fail(makers.RateLimitError!('rate_limited'), {});
  await fail(makers.ResponseError!(secret), {});
  await fail(makers.SocketClosedError!(secret), {});

  expect(recorded().map(({ status }) => status.message)).toEqual([
    '429 rate_limited rate_limited (POST /v1/x). Slow down, or ask for higher limits',
    '429 rate_limited rate_limited (POST /v1/x). Slow down, or ask for higher limits',
    'The response is not JSON (status 200)',
    'The response is not JSON (status 200)',
    expect.stringContaining('closed with code 1011 after 1 event') as string,
    expect.stringContaining('closed with code 1011 after 1 event') as string,
  ]);
});

test('arguments of a tool call are shown to `redact` as what they say, also where they broke off', async () => {
  const redact = (text: string) => text.replaceAll('Zoë', '[name]');
  const call = (args: string) => ({
    id: 'a',
    function: { name: 'find', arguments: args },
  });
  const message = {
    role: 'assistant',
    content: '',
    tool_calls: [call('{"name":"Zo\\u00eb"}'), call('{"name":"Zo\\u00eb Mül')],
  };
  await scripted([answer(200, {}, { choices: [{ index: 0, message, finish_reason: 'length' }] })], {
    observer: openTelemetry({ captureContent: true, redact }),
  }).mistral.chat.complete({ model: 'm', messages: [{ role: 'user', content: 'Find' }] });

  expectNothingOf('Zoë', 'Zo\\u00eb', 'Zo\\\\u00eb');
});
