import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { json } from 'node:stream/consumers';

import { Mistral } from 'mistral-sdk';
import type { MockMistral } from 'mistral-sdk/testing';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

import { createMock } from '../../examples/browser/mock.js';
import { startServer } from '../../examples/browser/server.js';
import { executablePath, launchBrowser, missing } from '../helpers/browser.js';

// What it looks like is in test-results/browser/, for people to see.
const pictures = 'test-results/browser';
const axeFile = createRequire(import.meta.url).resolve('axe-core');

let browser: Browser | undefined;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  browser = await launchBrowser();
}, 60_000);

afterAll(() => browser?.close());

interface Shown {
  readonly page: Page;
  readonly mock: MockMistral;
  /** What the page complained of. */
  readonly complaints: readonly string[];
}

/** The page as a visitor has it, on a mock that answers at this pace. */
async function open(options: BrowserContextOptions = {}, eventDelayMs = 5): Promise<Shown> {
  const mock = createMock(eventDelayMs);
  const mistral = new Mistral({ apiKey: 'secret-key-0123456789', fetch: mock.fetch, maxRetries: 0 });
  const server = await startServer(mistral, 0);
  const context = await browser!.newContext({
    bypassCSP: true,
    viewport: { width: 1000, height: 900 },
    ...options,
  });
  onTestFinished(async () => {
    await context.close();
    await server.close();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(server.url);
  return { page, mock, complaints };
}

/** What is wrong with the page for those who use it by ear or keyboard, or see contrasts badly. */
async function barriers(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axeFile });
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

/** A machine may be slow. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Your message').fill(question);
  await page.keyboard.press('Enter');
}

const recording = (bytes: number) => ({
  name: 'talk.mp3',
  mimeType: 'audio/mpeg',
  buffer: Buffer.alloc(bytes, 7),
});

describe.skipIf(executablePath === undefined)(`the example page in Chromium${missing}`, () => {
  test('shows an answer while it is written, and sends what was said before along with the next question', async () => {
    const { page, mock, complaints } = await open({}, 20);

    await ask(page, 'What is cheese?');
    const answer = page.locator('.message.assistant');
    await eventually(() => answer.getAttribute('aria-busy')).toBe('true');
    await eventually(() => answer.textContent()).toContain('mock API');
    await page.screenshot({ path: `${pictures}/streaming.png`, animations: 'disabled' });
    await page.getByText('The reply is complete.').waitFor({ state: 'attached' });

    expect(await answer.textContent()).toMatch(/^ModelThis is the mock API.*talk to a model\.$/s);
    expect(await answer.getAttribute('aria-busy')).toBe('false');
    await ask(page, 'And wine?');
    await eventually(() => mock.requests.length).toBe(2);
    const { messages } = mock.requests[1]!.body as { messages: { role: string; content: string }[] };
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[1]!.content).toContain('Comté');
    expect(complaints).toEqual([]);
  });

  test('stops an answer, also by Escape, and the request to the API with it', async () => {
    const { page, mock } = await open({}, 50);

    for (const stop of [
      () => page.getByRole('button', { name: 'Stop' }).click(),
      () => page.keyboard.press('Escape'),
    ]) {
      await ask(page, 'What is cheese?');
      const answer = page.locator('.message.assistant').last();
      await eventually(() => answer.textContent()).toContain('mock API');
      await stop();
      await answer.getByText('Stopped.').waitFor();
      await eventually(() => mock.requests.at(-1)!.cancelled).toBe(true);
      await page.getByRole('button', { name: 'Send' }).waitFor();
    }
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('question');
  });

  test('says what went wrong, and keeps the question', async () => {
    const { page } = await open();
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => logged.mockRestore());

    await ask(page, 'Please fail');
    await eventually(() => page.locator('#chat-problem').textContent()).toContain(
      'Too many requests, as you asked for',
    );

    expect(await page.locator('#chat-problem').textContent()).not.toContain('429 429');
    expect(await page.getByLabel('Your message').inputValue()).toBe('Please fail');
    // Whoever runs the server sees all of it.
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'RateLimitError' }));
    expect(await page.locator('.message').count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/error.png` });
  });

  test.each([
    [401, { message: 'Log in first' }, 'Log in first'],
    [429, { error: { message: 'Ten questions a minute' } }, 'Ten questions a minute'],
    [500, { detail: 'The proxy is tired' }, 'The proxy is tired'],
    ['a login page', '<title>Log in</title>', 'Expected an event stream, got text/html (/api/chat)'],
    ['no network', undefined, 'got no response: Failed to fetch'],
  ])('says what a proxy answers, with %s, and keeps the question', async (status, body, words) => {
    const { page } = await open();
    await page.route('**/api/chat', (route) => {
      if (body === undefined) return route.abort('internetdisconnected');
      if (typeof body === 'string') return route.fulfill({ contentType: 'text/html', body });
      return route.fulfill({ status: Number(status), json: body });
    });

    await ask(page, 'What is cheese?');

    const problem = page.locator('#chat-problem');
    await eventually(() => problem.textContent()).toContain(words);
    expect(await page.getByLabel('Your message').inputValue()).toBe('What is cheese?');
    expect(await page.locator('.message').count()).toBe(0);
  });

  test('ends the request to the API when the visitor leaves', async () => {
    const { page, mock } = await open({}, 50);

    await ask(page, 'What is cheese?');
    await eventually(() => page.locator('.message.assistant').textContent()).toContain('mock API');
    await page.goto('about:blank');

    await eventually(() => mock.requests.at(-1)!.cancelled).toBe(true);
  });

  test('transcribes a recording, and tells how far it has come', async () => {
    const { page, mock, complaints } = await open({}, 20);
    const size = 4 * 1024 * 1024;

    await page.getByLabel('A recording').setInputFiles(recording(size));
    await page.evaluate(() => {
      const labels: string[] = [];
      const label = document.getElementById('progress-label')!;
      new MutationObserver(() => labels.push(label.textContent)).observe(label, { childList: true });
      Object.assign(window, { labels });
    });
    await page.getByRole('button', { name: 'Transcribe' }).click();
    await eventually(() => page.locator('#transcript').textContent()).toContain('Good evening');
    await page.screenshot({ path: `${pictures}/transcribing.png` });
    await eventually(() => page.locator('#transcript').textContent()).toMatch(/stays at home\.$/);

    const labels = await page.evaluate(() => (window as unknown as { labels: string[] }).labels);
    expect(labels[0]).toBe('Sending: 0 %');
    expect(labels.at(-1)).toBe('Transcribing');
    const file = (mock.requests[0]!.body as FormData).get('file') as File;
    expect([file.name, file.size]).toEqual(['talk.mp3', size]);
    await page.getByRole('button', { name: 'Transcribe' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('cancels a transcription', async () => {
    const { page, mock } = await open({}, 100);

    await page.getByLabel('A recording').setInputFiles(recording(1_000));
    await page.getByRole('button', { name: 'Transcribe' }).click();
    await eventually(() => page.locator('#transcript').textContent()).toContain('Good');
    await page.getByRole('button', { name: 'Cancel' }).click();

    await eventually(() => mock.requests[0]!.cancelled).toBe(true);
    expect(await page.locator('#transcription-problem').isHidden()).toBe(true);
  });

  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { colorScheme: 'light', viewport: { width: 320, height: 700 } }],
  ] as const)('has no barriers and nothing that is cut off: %s', async (name, options) => {
    const { page } = await open(options);

    await ask(page, 'What is cheese?');
    await page.getByText('The reply is complete.').waitFor({ state: 'attached' });
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });

    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });

  test('has no key in it', async () => {
    const { page } = await open();

    for (const path of ['/', '/main.js', '/style.css']) {
      const text = await (await page.request.get(new URL(path, page.url()).href)).text();
      expect(text.length).toBeGreaterThan(100);
      expect(text).not.toContain('secret-key');
    }
  });
});

describe('the server of the example page', () => {
  test.each([
    ['another page', 403, { 'sec-fetch-site': 'cross-site' }, '{"messages":[]}'],
    ['what is no page', 403, {}, '{"messages":[]}'],
    ['what is no JSON', 400, { 'sec-fetch-site': 'same-origin' }, 'oops'],
  ])('refuses %s', async (_, status, headers, body) => {
    const mock = createMock();
    const server = await startServer(new Mistral({ apiKey: 'key-0123456789', fetch: mock.fetch }), 0);
    onTestFinished(() => server.close());

    // Not by `fetch`, which says itself where it comes from.
    const sent = request(`${server.url}/api/chat`, { method: 'POST', headers }).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];

    expect(answer.statusCode).toBe(status);
    expect(await json(answer)).toHaveProperty('message');
    expect(mock.requests).toEqual([]);
  });

  test('is started by `npm run example browser`, on the mock API without a key', async () => {
    const { MISTRAL_API_KEY: _, ...env } = process.env;
    const program = spawn(process.execPath, ['--import', 'tsx', 'scripts/run-example.ts', 'browser', '0'], {
      env,
    });
    onTestFinished(() => void program.kill());

    const [line] = (await once(program.stdout, 'data')) as [Buffer];

    const [, url] = /^Open (\S+); it talks to the mock API/.exec(line.toString())!;
    expect((await fetch(url!)).status).toBe(200);
  });
});
