import { cpSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CompletionStream, NotFoundError } from 'mistral-sdk';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

import { freePort, type App } from './app.js';
import { findChromium } from './chromium.js';
import type { Report } from './serve-scenario.js';

/** The words of the API with one status, and not those of an error about an error. */
const refusal = '404 No such model (';

/** What is installed for a project of `examples/`, as its manifest says; the package itself is the packed one. */
export function packagesOf(project: string): string[] {
  // As it stands in this repository.
  const manifest = JSON.parse(readFileSync(`examples/${project}/package.json`, 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter(([name]) => name !== 'mistral-sdk')
    .map(([name, version]) => `${name}@${version}`);
}

/** Builds examples/next where there is no key, and uses its route and, in Chromium, its page. */
export async function tryNext(app: App): Promise<void> {
  const executablePath = findChromium();
  const project = copy('next', app);
  // The route is a proxy like the others, whose rules are next to the project.
  cpSync('examples/servers/chat-proxy.ts', join(app.folder, 'servers/chat-proxy.ts'));
  // Says where the packages are, which is above the copy.
  cpSync(join(app.folder, 'next/next.config.mjs'), join(project, 'next.config.mjs'));
  const next = [process.execPath, 'node_modules/next/dist/bin/next'];
  const steps = new Steps(app);
  await steps.run('build', () => app.run([...next, 'build', 'project'], { MISTRAL_API_KEY: undefined }));

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  app.start([...next, 'start', 'project', '--hostname', '127.0.0.1', '--port', `${port}`], settingsOf(app));
  await app.ask(url);
  await tryRoute(steps, app, `${url}/api/chat`);
  await tryLimits(steps, `${url}/api/chat`);

  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByLabel('Token').fill(token);
    const ask = async (question: string) => {
      await page.getByLabel('Question').fill(question);
      await page.getByRole('button', { name: 'Ask' }).click();
    };
    const said = (words: string) => page.getByText(words).waitFor({ timeout: 10_000 });
    await steps.run('page', async () => {
      await ask('Bonjour');
      await page.locator('#reply:not(:empty)').waitFor({ timeout: 10_000 });
      await page.getByRole('button', { name: 'Ask', disabled: false }).waitFor({ timeout: 10_000 });
      equal(await page.getByRole('status').textContent(), '');
    });
    await steps.run('page: error', async () => {
      await ask('refuse');
      await said(refusal);
    });
    await steps.run('page: stop', async () => {
      await ask('endless page');
      await page.locator('#reply:not(:empty)').waitFor({ timeout: 10_000 });
      await page.getByRole('button', { name: 'Stop' }).click();
      await said('Stopped.');
      await cancelled(app.origin, 'endless page');
    });
  } finally {
    await browser.close();
  }
  await steps.handIn();
}

/** Compiles examples/nest as CommonJS, and uses its route. */
export async function tryNest(app: App): Promise<void> {
  copy('nest', app);
  const steps = new Steps(app);
  await steps.run('build', () =>
    app.run([process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'project']),
  );

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  app.start([process.execPath, 'project/dist/main.js'], { ...settingsOf(app), PORT: `${port}` });
  await app.ask(url);
  await tryRoute(steps, app, `${url}/chat`);
  await tryLimits(steps, `${url}/chat`);
  await steps.handIn();
}

/** Bundles the worker of examples/servers, and uses it in workerd. */
export async function tryCloudflare(app: App, binary: string): Promise<void> {
  copy('servers', app);
  const steps = new Steps(app);
  await steps.run('build', () => bundleWorker(app, 'project/cloudflare.ts'));

  const address = `127.0.0.1:${await freePort()}`;
  app.start(
    [join(app.folder, binary), 'serve', 'worker.capnp', 'proxy', '--socket-addr', `http=${address}`],
    settingsOf(app),
  );
  await app.ask(`http://${address}`);
  await tryRoute(steps, app, `http://${address}/api/chat`);
  await tryLimits(steps, `http://${address}/api/chat`);
  await steps.handIn();
}

/** Bundles a program of test/runtimes/ that serves one of examples/servers, and uses that. */
export const tryServer =
  (program: string) =>
  async (app: App): Promise<void> => {
    copy('servers', app);
    const steps = new Steps(app);
    await steps.run('build', () => bundleServer(app, program));

    const port = await freePort();
    const url = `http://127.0.0.1:${port}/api/chat`;
    app.start([process.execPath, 'server.bundle.mjs', `${port}`], settingsOf(app));
    await app.ask(url);
    await tryRoute(steps, app, url);
    await tryLimits(steps, url);
    await steps.handIn();
  };

/** Bundles a server that is a program of `examples/`, and uses it. */
export const tryProgram =
  (name: string, use: (steps: Steps, app: App, url: string) => Promise<void>) =>
  async (app: App): Promise<void> => {
    cpSync(`examples/${name}.ts`, join(app.folder, `project/${name}.ts`));
    cpSync('examples/servers', join(app.folder, 'project/servers'), { recursive: true });
    const steps = new Steps(app);
    await steps.run('build', () => bundleServer(app, `project/${name}.ts`));

    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    app.start([process.execPath, 'server.bundle.mjs'], { ...settingsOf(app), PORT: `${port}` });
    await app.ask(url);
    await use(steps, app, url);
    await steps.handIn();
  };

/** The route of examples/hono.ts is a proxy like the others. */
export async function useHono(steps: Steps, app: App, url: string): Promise<void> {
  await tryRoute(steps, app, `${url}/api/chat`);
  await tryLimits(steps, `${url}/api/chat`);
}

/** That of examples/express.ts takes a question, and responds with text. */
export async function useExpress(steps: Steps, { origin }: App, url: string): Promise<void> {
  const ask = (body: object, init: RequestInit = {}) =>
    fetch(`${url}/chat`, { method: 'POST', headers, body: JSON.stringify(body), ...init });
  const statusOf = async (...given: Parameters<typeof ask>) => (await ask(...given)).status;
  await steps.run('reply', async () => {
    const response = await ask({ question: 'Bonjour' });
    equal(response.status, 200);
    if ((await response.text()) === '') throw new Error('came without text');
  });
  await steps.run('error', async () => equal(await statusOf({ question: 'refuse' }), 404));
  await steps.run('disconnect', async () => {
    const gone = new AbortController();
    for await (const _ of (await ask({ question: 'endless' }, { signal: gone.signal })).body!) break;
    gone.abort();
    await cancelled(origin, 'endless');
  });
  await steps.run('token', async () =>
    equal(await statusOf({}, { headers: { 'content-type': 'application/json' } }), 401),
  );
  await steps.run('limits', async () => {
    equal(await statusOf({}), 400);
    equal(await statusOf({ question: 'x'.repeat(200_000) }), 413);
  });
}

const bundleServer = ({ folder }: App, entry: string) =>
  build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: join(folder, 'server.bundle.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });

/** Makes a worker the one file that worker.capnp names. */
export const bundleWorker = ({ folder }: App, entry: string) =>
  build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: join(folder, 'worker.bundle.mjs'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
  });

/** Builds examples/use-chat, and uses its page in Chromium. */
export async function tryUseChat(app: App): Promise<void> {
  const executablePath = findChromium();
  copy('use-chat', app);
  cpSync('examples/servers/chat-proxy.ts', join(app.folder, 'servers/chat-proxy.ts'));
  const steps = new Steps(app);
  await steps.run('build', () => app.run(['npm', '--prefix', 'project', 'run', 'build']));

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  app.start([process.execPath, 'project/dist/server.js'], { ...settingsOf(app), PORT: `${port}` });
  await app.ask(url);
  await tryLimits(steps, `${url}/api/chat`);

  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByLabel('Token').fill(token);
    const ask = async (question: string) => {
      await page.getByLabel('Question').fill(question);
      await page.getByRole('button', { name: 'Ask' }).click();
    };
    const said = (words: string) => page.getByText(words).last().waitFor({ timeout: 10_000 });
    const ready = () => page.getByRole('status').filter({ hasText: 'ready' }).waitFor({ timeout: 10_000 });
    await steps.run('page: thinking, tool and text', async () => {
      await ask('How warm is it in Lyon?');
      await said('Let me look.');
      await said('21 °C in Lyon');
      await said('The tool says: {"city":"Lyon","celsius":21}');
      await ready();
    });
    await steps.run('page: history', async () => {
      await ask('Is it warm in Lyon, too?');
      await ready();
      equal(await page.getByText('21 °C in Lyon').count(), 2);
    });
    await steps.run('page: stop', async () => {
      await ask('endless page');
      await page.locator('section').nth(5).locator('p').waitFor({ timeout: 10_000 });
      await page.getByRole('button', { name: 'Stop' }).click();
      await ready();
      await cancelled(app.origin, 'endless page');
    });
    await steps.run('page: error', async () => {
      await ask('refuse');
      await said('The model cannot be reached.');
    });
  } finally {
    await browser.close();
  }
  await steps.handIn();
}

/** Compiles examples/tests, and runs its tests in vitest and in Jest. */
export async function tryTests(app: App): Promise<void> {
  copy('tests', app);
  const steps = new Steps(app);
  const run = (script: string, ...options: string[]) =>
    app.run([process.execPath, `node_modules/${script}`, ...options]);
  await steps.run('build', () => run('typescript/bin/tsc', '-p', 'project'));
  await steps.run('vitest', () => run('vitest/vitest.mjs', 'run', '--root', 'project'));
  await steps.run('jest', () => run('jest/bin/jest.js', '--config', 'project/package.json'));
  await steps.handIn();
}

/** Compiles a program of `examples/` that asks an agent of another framework, and runs it. */
export const tryAgent =
  (project: string) =>
  async (app: App): Promise<void> => {
    copy(project, app);
    const steps = new Steps(app);
    await steps.run('build', () =>
      app.run([process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'project']),
    );
    await steps.run('tool', async () => {
      const said = await app.run([process.execPath, 'project/dist/main.js'], settingsOf(app));
      if (!/The tool says: .*21/.test(said)) throw new Error(`it says ${said}`);
    });
    await steps.handIn();
  };

/** A proxy for chats passes on the reply as it comes, what the API refuses, and that nobody listens any more. */
async function tryRoute(steps: Steps, { origin }: App, url: string): Promise<void> {
  const ask = (content: string, signal?: AbortSignal) => {
    const body = JSON.stringify({ messages: [{ role: 'user', content }] });
    return fetch(url, { method: 'POST', headers, body, signal: signal ?? null });
  };
  await steps.run('reply', async () => {
    let chunks = 0;
    const stream = CompletionStream.fromResponse(ask('Bonjour'));
    for await (const _ of stream) chunks += 1;
    if (chunks < 3) throw new Error(`came in ${chunks} chunks`);
  });
  await steps.run('error', async () => {
    const stream = CompletionStream.fromResponse(ask('refuse'));
    const error: unknown = await stream.finalMessage().catch((reason: unknown) => reason);
    if (!(error instanceof NotFoundError)) throw new Error(`got ${String(error)}`);
    if (!error.message.startsWith(refusal)) throw new Error(`it says ${error.message}`);
  });
  await steps.run('disconnect', async () => {
    const gone = new AbortController();
    const { signal } = gone;
    for await (const _ of CompletionStream.fromResponse(ask('endless', signal))) break;
    gone.abort();
    await cancelled(origin, 'endless');
  });
}

/** A proxy for chats refuses a visitor without its token, and more than its limits. */
async function tryLimits(steps: Steps, url: string): Promise<void> {
  const statusOf = async (init: RequestInit) =>
    (await fetch(url, { method: 'POST', headers, ...init })).status;
  await steps.run('token', async () => {
    equal(await statusOf({ headers: { 'content-type': 'application/json' }, body: '{}' }), 401);
  });
  await steps.run('limits', async () => {
    equal(await statusOf({ body: '{"messages":[]}' }), 400);
    equal(await statusOf({ body: JSON.stringify({ messages: [], more: 'x'.repeat(200_000) }) }), 413);
  });
}

/** What a project did, step by step. What comes after a step that failed is tried as well. */
class Steps {
  readonly #app: App;
  readonly #results: Report['results'][number][] = [];

  constructor(app: App) {
    this.#app = app;
  }

  async run(step: string, work: () => Promise<unknown>): Promise<void> {
    const error = await work().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    this.#results.push(error === undefined ? { step } : { step, error: wordsOf(error) });
  }

  async handIn(): Promise<void> {
    const report: Report = { name: this.#app.name, results: this.#results };
    await fetch(`${this.#app.origin}/report`, { method: 'POST', body: JSON.stringify(report) });
  }
}

/** What a compiler complains of is in its output, which the message lacks. */
const wordsOf = (error: unknown): string =>
  [String(error), (error as { stdout?: string }).stdout].filter(Boolean).join('\n').trim();

/** The project as it is in this repository, below the packages that were installed for it. */
function copy(project: string, { folder }: App): string {
  const target = join(folder, 'project');
  rmSync(target, { recursive: true, force: true });
  const built = new Set(['node_modules', '.next', 'dist']);
  cpSync(`examples/${project}`, target, { recursive: true, filter: (file) => !built.has(basename(file)) });
  return target;
}

const token = 'test-token';
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

const settingsOf = ({ origin }: App) => ({
  MISTRAL_API_KEY: 'test-key-0123456789',
  MISTRAL_BASE_URL: origin,
  PROXY_TOKEN: token,
});

function equal(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`got ${String(actual)} instead of ${String(expected)}`);
}

/** Whether the API noticed that nobody listens; it takes a moment. */
async function cancelled(origin: string, question: string): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (performance.now() < deadline) {
    const response = await fetch(`${origin}/seen`);
    // What serve-scenario.ts tells.
    const seen = (await response.json()) as { question?: unknown; cancelled: boolean }[];
    if (seen.some((request) => request.question === question && request.cancelled)) return;
    await sleep(20);
  }
  throw new Error('the API was left sending');
}
