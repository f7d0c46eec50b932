import { readFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { executablePath, launchBrowser, missing } from '../helpers/browser.js';
import { sse } from '../helpers/event-stream.js';
import { serve } from '../helpers/loopback.js';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launchBrowser('--js-flags=--expose-gc');
}, 60_000);

afterAll(() => browser?.close());

const chunks = 60;
const chunkBytes = 16 * 1024;
const numbers = Array.from({ length: chunks }, (_, index) => `${index} `);

const cutOff = '00000000-0000-4000-8000-000000000001';
const stalled = '00000000-0000-4000-8000-000000000002';

const chunk = (content: string, finish_reason: string | null) => ({
  id: '1',
  model: 'm',
  choices: [{ index: 0, delta: { content }, finish_reason }],
});

/** Slow enough that garbage is collected meanwhile. */
async function send(response: ServerResponse, type: string, parts: readonly (string | Buffer)[]) {
  response.writeHead(200, { 'content-type': type });
  for (const part of parts) {
    response.write(part);
    await sleep(5);
  }
  response.end();
}

/** A page with the package, and the API. */
const listener: RequestListener = ({ url = '/' }, response) => {
  if (url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Page</title>');
  else if (url.startsWith('/esm/'))
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(`dist${url}`));
  else if (url.includes(cutOff) || url.includes(stalled)) {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': chunkBytes });
    response.write(Buffer.alloc(1024));
    if (url.includes(cutOff)) setTimeout(() => response.destroy(), 50);
  } else if (url.endsWith('/content'))
    void send(
      response,
      'application/octet-stream',
      numbers.map((_, index) => Buffer.alloc(chunkBytes, index)),
    );
  else {
    const events = [...numbers.map((text) => chunk(text, null)), chunk('', 'stop'), '[DONE]'];
    void send(
      response,
      'text/event-stream',
      events.map((data) => sse(data)),
    );
  }
};

/** What an expression gives in a page whose garbage is collected all the time. */
async function evaluate(expression: string): Promise<unknown> {
  const page = await browser!.newPage();
  onTestFinished(() => page.close());
  await page.goto(await serve(listener));
  return page.evaluate(`(async () => {
    const { CompletionStream, Mistral } = await import('/esm/index.js');
    const apiKey = 'test-key-0123456789';
    const mistral = new Mistral({ apiKey, baseURL: location.origin, dangerouslyAllowBrowser: true, maxRetries: 0 });
    const file = { file_id: '00000000-0000-4000-8000-000000000000' };
    const cutOff = { file_id: '${cutOff}' };
    const stalled = { file_id: '${stalled}' };
    const nameOf = (error) => error.name;
    const start = () => mistral.chat.stream({ model: 'm', messages: [{ role: 'user', content: 'Bonjour' }] });
    let collections = 0;
    setInterval(() => gc(collections++ % 10 ? { type: 'minor' } : undefined), 3);
    try {
      return await (${expression});
    } catch (error) {
      return String(error);
    }
  })()`);
}

const bytes = chunks * chunkBytes;
const text = numbers.join('');

describe.skipIf(executablePath === undefined)(`in a page of Chromium${missing},`, () => {
  test.each<[string, string, unknown]>([
    ['a download', '(await mistral.files.download(file)).arrayBuffer().then((all) => all.byteLength)', bytes],
    [
      'a download whose body alone is kept',
      '(async () => { let all = 0; for await (const { byteLength } of (await mistral.files.download(file)).body) all += byteLength; return all; })()',
      bytes,
    ],
    ['a stream', 'start().text()', text],
    [
      'a stream that is read event by event',
      '(async () => { let all = ""; for await (const { choices: [choice] } of start()) all += choice.delta.content; return all; })()',
      text,
    ],
    ['a response taken from a stream', 'CompletionStream.fromResponse(start().asResponse()).text()', text],
    [
      'a readable stream made of a stream, in a response',
      '(async () => CompletionStream.fromResponse(new Response(start().toReadableStream(), { headers: { "content-type": "text/event-stream" } })).text())()',
      text,
    ],
    [
      'a readable stream of a stream that a response reads',
      'new Response(start().toReadableStream()).text().then((all) => all.includes("[DONE]") && all.split("data: ").length - 1)',
      chunks + 2,
    ],
  ])('a garbage collection does not end %s', async (_, expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  test.each(['arrayBuffer', 'blob', 'bytes', 'json', 'text'])(
    'a download that was cut off rejects %s() with an error of this package',
    async (method) => {
      expect(await evaluate(`(await mistral.files.download(cutOff)).${method}().catch(nameOf)`)).toBe(
        'ConnectionError',
      );
    },
  );

  test('a download that stalls, or is aborted, rejects with an error of this package', async () => {
    const errors = await evaluate(`(async () => {
      const controller = new AbortController();
      const options = [{ timeoutMs: 300 }, { signal: controller.signal }];
      const responses = await Promise.all(options.map((each) => mistral.files.download(stalled, each)));
      setTimeout(() => controller.abort(), 20);
      return Promise.all(responses.map((response) => response.text().catch(nameOf)));
    })()`);

    expect(errors).toEqual(['TimeoutError', 'AbortError']);
  });
});
