import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { Mistral } from '../../../src/index.js';
import { openTelemetry, traceTool, type TelemetryOptions } from '../../../src/otel/index.js';
import { transcribeStream } from '../../../src/realtime/node.js';
import { runTools, tool } from '../../../src/tools/index.js';
import { describedOperations, sample, type DescribedOperation } from '../../helpers/description.js';
import { foundIn } from '../../helpers/encodings.js';
import { methodOf } from '../../helpers/method-of.js';
import { serveRealtime } from '../../helpers/realtime-server.js';
import { sampleCall } from '../../helpers/sample-call.js';
import { exportedSpans } from '../../helpers/spans.js';

// Every operation of the description, with content and secrets wherever there may be some, ended in several ways: with
// content off, spans and logs hold none of the content, with it none past `redact`, and never a secret.

const spans = exportedSpans();

/** What people, models and servers write. */
const content = 'Zoë Müller, "room 7" éçß';
const secrets = {
  apiKey: 'key-0a1b2c3d4e5f6g7h8i9j',
  'a header of the client': 'header-k0l1m2n3o4p5q6r7',
  'a header of the call': 'cookie-s0t1u2v3w4x5y6z7',
  'a query of the call': 'query-9o8i7u6y5t4r3e2w1q',
} as const;
/** What the package knows to be a secret, when a server says it back. */
const known = [secrets.apiKey, secrets['a header of the client'], secrets['a header of the call']];

/** Values that the description lists: names of things, which are no content. */
const listed = new Set<unknown>();
(function note(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { const: only, enum: values, mapping } = value as Record<string, unknown>;
  listed.add(only);
  if (Array.isArray(values)) for (const each of values) listed.add(each);
  if (typeof mapping === 'object' && mapping !== null)
    for (const each of Object.keys(mapping)) listed.add(each);
  for (const each of Object.values(value)) note(each);
})(parse(readFileSync('generated/openapi.yaml', 'utf8')));

/** Names and ids, which docs/observability.md says are recorded. */
const identifiers = ['model', 'agent_id', 'conversation_id', 'agent_version', 'finish_reason', 'id'];

/** The same value with content for every text, identifiers and listed values aside. */
function marked(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string') {
    const isName = listed.has(value) || identifiers.includes(key) || value === 'text/plain';
    // The API goes by the ending of the name of a file.
    return isName ? value : /\.\w+$/.exec(value) ? `${text}${/\.\w+$/.exec(value)![0]}` : text;
  }
  if (Array.isArray(value)) return value.map((item) => marked(item, text, key));
  if (typeof value !== 'object' || value === null || value instanceof Blob) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, marked(item, text, name)]);
  // Fields that nobody knows may hold anything.
  return Object.fromEntries([...entries, ['unknown_field', text]]);
}

const headers = { 'content-type': 'application/json', 'x-request-id': `id-${secrets.apiKey}` };
const echo = [content, ...known].join(' ');
const json = (status: number, value: unknown) =>
  new Response(JSON.stringify(value), { status, headers, statusText: 'Zo' });
const eventStream = (...parts: string[]) =>
  new Response(parts.join(''), { headers: { ...headers, 'content-type': 'text/event-stream' } });

/** A success, as the description says it is. */
function success(operation: DescribedOperation, text: string): Response {
  const { answer, stream, pagination, kind, status } = operation;
  if (kind === 'void') return new Response(null, { status, headers });
  if (kind === 'binary') return new Response(text, { headers });
  const value = marked(sample(answer!.schema), text);
  if (stream) {
    const event = `data: ${JSON.stringify(value)}\n\n`;
    return eventStream(`: ${text}\n\n`, event, event, stream.done ? `data: ${stream.done}\n\n` : '');
  }
  if (!pagination) return json(status, value);
  const items = pagination.items ? (value as Record<string, unknown>)[pagination.items] : value;
  return json(status, pagination.items ? { ...(value as object), [pagination.items]: items } : value);
}

/** How the server responds. */
const endings: Readonly<Record<string, (operation: DescribedOperation) => Response>> = {
  'a success': (operation) => success(operation, content),
  'a success that says secrets back': (operation) => success(operation, echo),
  'an error': () =>
    json(400, { object: 'error', message: echo, type: echo, code: echo, param: echo, request_id: echo }),
  'a validation error': () =>
    json(422, { detail: [{ loc: ['body', echo], msg: echo, type: echo, input: echo }] }),
  'an error that is no JSON': () => new Response(`<html>${echo}</html>`, { status: 500, headers }),
  'what is not JSON': () => new Response(`<html>${echo}</html>`, { headers }),
  'half a body': (operation) => {
    const whole = operation.answer ? marked(sample(operation.answer.schema), content) : { content };
    return new Response((JSON.stringify(whole) ?? '').slice(0, -1), { headers });
  },
  'an error in the stream': () =>
    eventStream(`data: ${JSON.stringify({ object: 'error', message: echo, type: echo, code: 500 })}\n\n`),
  'a broken event': () => eventStream(`data: {"id":"${echo}\n\n`),
  'a stream that breaks off': (operation) => {
    const event = operation.stream ? marked(sample(operation.answer!.schema), content) : {};
    return eventStream(`data: ${JSON.stringify(event)}\n\n`);
  },
  'no response': () => {
    throw new TypeError(echo, { cause: Object.assign(new Error(echo), { code: echo }) });
  },
};

const client = (respond: () => Response, telemetry: TelemetryOptions, more: object = {}) =>
  new Mistral({
    // One key for all, since a server can say back only what it was sent.
    apiKey: secrets.apiKey,
    adminApiKey: secrets.apiKey,
    baseURL: 'https://gateway.example/v1',
    headers: { 'x-goog-api-key': secrets['a header of the client'] },
    fetch: async () => respond(),
    maxRetries: 0,
    observer: openTelemetry(telemetry),
    ...more,
  });

async function use(mistral: Mistral, operation: DescribedOperation): Promise<void> {
  const { params: plain, path } = sampleCall(operation);
  // What stands in a path is an id, and messages of errors name the path.
  const params = { ...(marked(plain, content) as Record<string, unknown>), ...path };
  if (operation.id === 'beta.agents.create') params.name = 'reader';
  const options = {
    headers: { cookie: secrets['a header of the call'] },
    query: { signature: secrets['a query of the call'] },
  };
  try {
    const call = methodOf(mistral, operation.id)!(params, options) as PromiseLike<unknown> &
      AsyncIterable<unknown>;
    if (operation.kind === 'stream' || operation.kind === 'page') {
      let count = 0;
      for await (const _ of call) if ((count += 1) > 3) break;
    } else {
      const data = await call;
      if (data instanceof Response) await data.text();
    }
  } catch {
    // How a call ends is what others test.
  }
}

/** All that the spans show, by its place; of what is JSON in them, also what it says. */
const recorded = (): (readonly [place: string, text: string])[] =>
  spans
    .all()
    .flatMap(({ name, attributes, events, status, links }) => [
      ['name', name] as const,
      ...Object.entries({ ...attributes, events, status, links }).map(
        ([place, value]) => [place, JSON.stringify(value) ?? ''] as const,
      ),
    ]);

/** Which places show one of the texts, and in which form. */
const leaksOf = (places: readonly (readonly [place: string, text: string])[], ...texts: readonly string[]) =>
  texts.flatMap((text) =>
    places.flatMap(([place, said]) => foundIn(said, text).map((form) => `${place}: ${text} (${form})`)),
  );

const redact = (text: string) =>
  text.replaceAll(content, '[name]').replaceAll(JSON.stringify(content).slice(1, -1), '[name]');

let wasRecorded = 0;

describe.each(describedOperations)('$id', (operation) => {
  test.each(Object.keys(endings))('and %s: no content with capture off, and no secret', async (ending) => {
    await use(
      client(() => endings[ending]!(operation), {}),
      operation,
    );

    expect(spans.all().length).toBeGreaterThan(0);
    expect(leaksOf(recorded(), content, ...Object.values(secrets))).toEqual([]);
  });

  test.each(Object.keys(endings))('and %s: no content past `redact`, and no secret', async (ending) => {
    await use(
      client(() => endings[ending]!(operation), { captureContent: true, redact }),
      operation,
    );

    expect(leaksOf(recorded(), content, ...Object.values(secrets))).toEqual([]);
    if (recorded().some(([, text]) => text.includes('[name]'))) wasRecorded += 1;
  });
});

const model = 'voxtral-mini';
const messages = [{ role: 'user' as const, content }];

/** What else leaves spans, with content wherever there may be some. */
const others: Readonly<Record<string, (telemetry: TelemetryOptions) => Promise<unknown>>> = {
  'a run of tools': async (telemetry) => {
    const choice = (message: object, finish_reason: string) =>
      json(200, {
        id: 'c',
        model,
        choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
      });
    const call = (id: string, name: string) => ({
      id,
      function: { name, arguments: JSON.stringify({ text: content }) },
    });
    const responses = [
      choice(
        { tool_calls: [call('aaaaaaaaa', 'reads'), call('bbbbbbbbb', 'fails'), call('ccccccccc', 'none')] },
        'tool_calls',
      ),
      choice({ content }, 'stop'),
    ];
    const named = (name: string, execute: () => unknown) =>
      traceTool(tool({ name, description: 'Reads', parameters: { type: 'object' }, execute }), telemetry);
    return runTools(
      client(() => responses.shift()!, telemetry).chat,
      { model, messages },
      {
        tools: [
          named('reads', () => ({ text: content })),
          named('fails', () => {
            throw new Error(content, { cause: content });
          }),
        ],
      },
    );
  },
  'live transcription': async (telemetry) => {
    const { origin } = await serveRealtime({
      onMessage: ({ type }, { say }, usual) =>
        type === 'input_audio.append'
          ? say({ type: 'transcription.text.delta', text: echo }, { type: 'unknown', text: echo })
          : usual(),
    });
    const mistral = client(() => json(500, {}), telemetry, { baseURL: origin });
    return transcribeStream(mistral, new Blob([content]).stream(), { model }).result();
  },
  'live transcription that fails': async (telemetry) => {
    const { origin } = await serveRealtime({
      onMessage: ({ type }, { say, socket }, usual) => {
        if (type === 'input_audio.append') say({ type: 'error', error: { code: 500, message: echo } });
        else usual();
        if (type === 'input_audio.end') socket.close(1011, content);
      },
    });
    const mistral = client(() => json(500, {}), telemetry, { baseURL: origin });
    return transcribeStream(mistral, new Blob([content]).stream(), { model }).result();
  },
  'a route that nobody described': async (telemetry) =>
    client(() => json(200, { content: echo }), telemetry).request({
      method: 'POST',
      path: '/v1/notes/{id}',
      params: { id: 'n-1' },
      query: { about: content, signature: secrets['a query of the call'] },
      body: { content },
    }),
};

describe.each(Object.keys(others))('%s', (name) => {
  test.each([
    ['no content with capture off', {}],
    ['no content past `redact`', { captureContent: true, redact }],
  ])('shows %s, and no secret', async (_, telemetry) => {
    await others[name]!(telemetry).catch(() => undefined);

    expect(spans.all().length).toBeGreaterThan(0);
    expect(leaksOf(recorded(), content, ...Object.values(secrets))).toEqual([]);
  });
});

test.each(Object.keys(endings))('logs show no secret of any call that ends with %s', async (ending) => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const logger = { error: log, warn: log, info: log, debug: log };

  for (const operation of describedOperations)
    await use(
      client(() => endings[ending]!(operation), {}, { logger, logLevel: 'debug' }),
      operation,
    );

  expect(lines.length).toBeGreaterThan(describedOperations.length);
  expect(leaksOf([['log', lines.join('\n')]], ...Object.values(secrets))).toEqual([]);
});

test('content is there if it is asked for, so that its absence says something', () => {
  expect(wasRecorded).toBeGreaterThan(50);
});
