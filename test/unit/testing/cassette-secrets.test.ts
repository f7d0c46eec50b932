import { describe, expect, test } from 'vitest';

import { createCassette, type CassetteOptions, type Recordings } from '../../../src/testing/index.js';

const secret = 'Zoë Müller, "room 7"';
const escaped = (text: string) =>
  text.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

/** What a text may look like. */
const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  JSON: inJson,
  'escaped JSON': (text) => escaped(inJson(text)),
  'nested JSON': (text) => inJson(inJson(text)),
  'nested escaped JSON': (text) => inJson(escaped(inJson(text))),
  base64: (text) => base64(`hello ${text} and more`),
  URL: encodeURIComponent,
};

const url = 'https://api.example/v1/things';
const form = (body: BodyInit, name = 'file') => {
  const all = new FormData();
  all.append(name, body as string);
  return all;
};
const post = (body: BodyInit | null, type?: string): [string, RequestInit] => [
  url,
  { method: 'POST', body, ...(type ? { headers: { 'content-type': type } } : {}) },
];
const json = 'application/json';
const events = (...data: string[]) => data.map((each) => `data: ${each}\n\n`).join('');
const binary = (text: string) =>
  new Uint8Array([0, 255, 0, ...new TextEncoder().encode(`before ${text} after`), 0, 254]);
const q = JSON.stringify;

/** Places where a text can be, each with a request and the body of its response. */
const places: Record<string, (text: string) => { request: [string, RequestInit?]; response: Response }> = {
  'a path': (text) => ({
    request: [`${url}/${encodeURIComponent(text)}/x`],
    response: new Response(null),
  }),
  'a query': (text) => ({ request: [`${url}?a=${encodeURIComponent(text)}`], response: new Response(null) }),
  'the name of a query': (text) => ({
    request: [`${url}?${encodeURIComponent(text)}=1`],
    response: new Response(null),
  }),
  'a JSON request': (text) => ({
    request: post(q({ deep: [{ [text]: text }] }), json),
    response: new Response(null),
  }),
  'a JSON response': (text) => ({
    request: [url],
    response: new Response(escaped(q({ deep: [text] })), { headers: { 'content-type': json } }),
  }),
  'JSON in a text of JSON': (text) => ({
    request: post(q({ arguments: q({ name: text }) }), json),
    response: new Response(q({ arguments: escaped(q({ name: text })) }), {
      headers: { 'content-type': json },
    }),
  }),
  'JSON in prose': (text) => ({
    request: post(q({ content: `You said ${escaped(q({ name: text }))}, and` }), json),
    response: new Response(`You said ${escaped(q({ name: text }))}, and`),
  }),
  'lines of JSON': (text) => ({
    request: post(form(new Blob([`{"a":1}\n${escaped(q({ name: text }))}\n`]))),
    response: new Response(`{"a":1}\n${escaped(q({ name: text }))}\n`),
  }),
  'an event': (text) => ({
    request: [url],
    response: new Response(events('{"a":1}', escaped(q({ name: text })), q({ name: text }), '[DONE]'), {
      headers: { 'content-type': 'text/event-stream' },
    }),
  }),
  'a cut event': (text) => ({
    request: [url],
    response: new Response(`${events('{"a":1}')}data: ${escaped(q({ name: text }))}`, {
      headers: { 'content-type': 'text/event-stream' },
    }),
  }),
  'a field of a form': (text) => ({ request: post(form(text)), response: new Response(null) }),
  'the name of a file': (text) => {
    const body = new FormData();
    body.append('file', new File(['x'], text.replaceAll('"', '')));
    return { request: post(body), response: new Response(null) };
  },
  'a file of text': (text) => ({ request: post(form(new Blob([text]))), response: new Response(text) }),
  'a file of bytes': (text) => ({
    request: post(form(new Blob([binary(text)]))),
    response: new Response(binary(text)),
  }),
  'base64 in JSON': (text) => ({
    request: post(q({ content: base64(binary(text)) }), json),
    response: new Response(q({ url: `data:text/plain;base64,${base64(text)}` }), {
      headers: { 'content-type': json },
    }),
  }),
  'a header that is kept': (text) => ({
    request: [url],
    response: new Response(null, {
      headers: { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(text)}` },
    }),
  }),
};

async function record(place: ReturnType<(typeof places)[string]>, options: CassetteOptions) {
  const cassette = createCassette(undefined, {
    mode: 'record',
    fetch: async () => place.response,
    ...options,
  });
  await (await cassette.fetch(...place.request)).arrayBuffer();
  return cassette.finish();
}

/** Every text in a cassette, and what it says when it is decoded. */
function textsIn(value: unknown, deep = 2): string[] {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => [...textsIn(key, deep), ...textsIn(inner, deep)]);
  if (typeof value !== 'string') return [];
  const decoded = value.replace(/\\+(u[\da-f]{4}|.)/gi, (_, code: string) =>
    code.length === 5 ? String.fromCharCode(parseInt(code.slice(1), 16)) : code,
  );
  const unquoted = value.replace(/(?:%[\da-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });
  const bytes = [...value.matchAll(/[\w+-]{12,}[\w+/-]*=*/g)]
    .map(([text]) => Buffer.from(text, 'base64').toString())
    .flatMap((text) => (text.includes('redacted') || deep === 0 ? [text] : textsIn(text, deep - 1)));
  return [value, decoded, unquoted, ...bytes];
}

const all = (recordings: Recordings) => textsIn(recordings).join('\n');

describe.each(Object.entries(places))('a cassette holds no secret in %s:', (name, place) => {
  const words = name === 'the name of a file' ? secret.replaceAll('"', '') : secret;

  test.each(Object.entries(encodings))('as %s, named or scrubbed', async (_, encode) => {
    const scrub = (text: string) => text.replaceAll(words, '[name]');

    for (const options of [{ secrets: [words] }, { scrub }]) {
      const recorded = all(await record(place(encode(words)), options));
      expect(recorded).not.toContain('Zoë');
      expect(recorded).toMatch(/\[(redacted|name)\]/);
    }
  });

  test('and its requests find their recordings', async () => {
    const options = { secrets: [words] };
    const recordings = await record(place(words), options);

    const replayed = createCassette(recordings, options);
    await (await replayed.fetch(...place(words).request)).arrayBuffer();

    expect(() => replayed.assertAllUsed()).not.toThrow();
  });
});

describe('the value of a field that is named for a secret is not kept:', () => {
  const names = ['api_key', 'token', 'session_token', 'access_token', 'auth-token', 'X-Api-Key', 'password'];

  test.each(names)('%s, text or number, in JSON, queries, forms, events and prose', async (name) => {
    for (const value of ['hush hush', 4711]) {
      const fields = q({ a: { [name]: value } });
      const requests: [string, RequestInit?][] = [
        [`${url}?${name}=${encodeURIComponent(value)}&b=2`],
        post(fields, json),
        post(form(String(value), name)),
        post(q({ content: `It is ${q({ b: fields })}.` }), json),
      ];
      for (const request of requests) {
        for (const type of ['text/plain', 'text/event-stream', json]) {
          const response = new Response(type === 'text/event-stream' ? events(fields) : fields, {
            headers: { 'content-type': type },
          });
          expect(all(await record({ request, response }, {}))).not.toMatch(/hush|4711/);
        }
      }
    }
  });

  test('a number stays a number, and what only has such a name in it stays', async () => {
    const body = { token: 5, usage: { prompt_tokens: 6 }, next_page_token: 'abc', tokens: ['a'] };
    const recordings = await record({ request: [url], response: Response.json(body) }, {});

    expect(recordings.recordings[0]!.response.body).toEqual({ json: { ...body, token: 0 } });
  });
});

test('a number that is named as a secret is not kept', async () => {
  const place = { request: [url] as [string], response: Response.json({ account: 1234567890 }) };

  expect(all(await record(place, { secrets: ['1234567890'] }))).not.toContain('1234567890');
});

test('what holds no secret is kept as it came', async () => {
  const bodies: [string, string][] = [
    ['text/event-stream', 'data: {"a": 1,  "b":"\\u00eb"}\r\n\r\nid: 4\ndata: x\n\n: note\n\n'],
    ['text/plain', 'It said {"a": "\\u00eb"} and %20 and aGVsbG8gd29ybGQgYW5kIG1vcmU=\n'],
    [json, '{"id":12345678901234567890,"a":1.0}'],
    [json, '{"n":0.1234567890123456789}'],
    ['application/octet-stream', '{"id": 9007199254740993}\n'],
  ];
  for (const [type, text] of bodies) {
    const response = () => new Response(text, { headers: { 'content-type': type } });
    const recordings = await record({ request: [url], response: response() }, { secrets: [secret] });
    const replayed = await (await createCassette(recordings).fetch(url)).text();

    expect(replayed).toBe(text.replaceAll('\r\n', '\n'));
  }
});

test('a stream whose last event has no empty line is replayed as it came', async () => {
  const text = 'data: {"a":1}\n\ndata: [DONE]';
  const response = new Response(text, { headers: { 'content-type': 'text/event-stream' } });

  const recordings = await record({ request: [url], response }, {});

  expect(await (await createCassette(recordings).fetch(url)).text()).toBe(text);
});

describe('recording takes time in proportion to what is recorded:', () => {
  const recorded = async (text: string, type: string, chunkBytes: number) => {
    const bytes = new TextEncoder().encode(text);
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) controller.close();
        else controller.enqueue(bytes.slice(at, (at += chunkBytes)));
      },
    });
    return record(
      { request: [url], response: new Response(body, { headers: { 'content-type': type } }) },
      { secrets: [secret] },
    );
  };
  // So many that it would take minutes, and the test run out of its time, if it were not so.
  const many = 1_000_000;

  test.each([
    ['an event of many chunks', `data: ${'x y '.repeat(many)}\n\n`, 'text/event-stream'],
    ['backslashes', `${'\\'.repeat(many)}`, 'text/plain'],
    ['quotes after backslashes', `"token${'\\"'.repeat(many)}`, 'text/plain'],
    ['names that begin', `${'"token":"'.repeat(many / 10)}`, 'text/plain'],
    ['tokens that begin', 'eyJaaaaaaaa-'.repeat(many / 10), 'text/plain'],
    ['percent signs', '%'.repeat(many), 'text/plain'],
    ['base64', base64(new Uint8Array(many)), 'text/plain'],
    ['open brackets', '['.repeat(many), json],
    ['keys', 'sk-'.repeat(many), 'text/plain'],
    ['lines', '{\n'.repeat(many), 'text/plain'],
  ])('%s', async (_, text, type) => {
    expect(await recorded(text, type, 4_000)).toBeDefined();
  });
});
