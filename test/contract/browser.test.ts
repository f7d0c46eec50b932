import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';

import { Mistral } from 'mistral-sdk';
import type { MockMistral } from 'mistral-sdk/testing';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { createMock } from '../../examples/browser/mock.js';
import { startServer } from '../../examples/browser/server.js';
import { findChromium } from '../../scripts/runtimes/chromium.js';

// What it looks like is in test-results/browser/, for people to see.
const pictures = 'test-results/browser';
const axe = createRequire(import.meta.url).resolve('axe-core');

let executablePath: string | undefined;
let missing = '';
let browser: Browser | undefined;

try {
  executablePath = findChromium();
} catch (error) {
  missing = `: ${(error as Error).message}`;
}

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  if (executablePath) browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
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
  const context = await browser!.newContext({ viewport: { width: 1000, height: 900 }, ...options });
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
async function barriers(page: Page): Promise<unknown[]> {
  // The policy of the page allows no other scripts.
  const context = await page.context().browser()!.newContext({ bypassCSP: true });
  await context.close();
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  });
}
