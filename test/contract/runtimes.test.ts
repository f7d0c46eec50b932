import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { findChromium } from '../../scripts/runtimes/chromium.js';
import { installPackage, prepareFolder, Unavailable } from '../../scripts/runtimes/install.js';
import { runScenario } from '../../scripts/runtimes/run-scenario.js';
import { runtimes } from '../../scripts/runtimes/runtimes.js';
import { serve } from '../helpers/loopback.js';
import { audioIn, serveRealtime } from '../helpers/realtime-server.js';

// The packed package in other runtimes than this one. `npm run test:runtimes` tries those that are too large for here.

/** What a slow line may take. */
const downloadMs = 180_000;

let installed: string;

beforeAll(async () => {
  installed = await installPackage();
}, downloadMs);

/** What a runtime gives, or a test that says why it was skipped. */
async function orSkip<T>(skip: (reason: string) => never, given: () => T | Promise<T>): Promise<T> {
  try {
    return await given();
  } catch (error) {
    if (error instanceof Unavailable) return skip(error.message);
    throw error;
  }
}

test.for(runtimes.filter(({ isLight }) => isLight))(
  'the package is imported, called, streamed, left, aborted, paged, uploaded with and retried in: $title',
  { timeout: downloadMs },
  async (runtime, { skip }) => {
    const { results } = await orSkip(skip, () => runScenario(runtime, true));

    expect(results).toEqual(
      ['import', 'call', 'error', 'stream', 'break', 'abort', 'page', 'upload', 'retry'].map((step) => ({
        step,
      })),
    );
  },
);

describe('live audio is transcribed', () => {
  const own = 'mistral-sdk/realtime';
  const entryOfNode = 'mistral-sdk/realtime/node';

  test.for([
    { name: 'node', module: entryOfNode, refusal: 'AuthenticationError' },
    // Its WebSocket does not tell how an upgrade was refused.
    { name: 'node-22', module: own, refusal: 'ConnectionError' },
    { name: 'bun', module: own, refusal: 'AuthenticationError' },
    { name: 'bun', module: entryOfNode, refusal: 'AuthenticationError' },
    { name: 'deno', module: own, refusal: 'AuthenticationError' },
  ])('in $name by $module', async ({ name, module, refusal }, { skip }) => {
    const runtime = runtimes.find((one) => one.name === name)!;
    const cwd = await orSkip(skip, () => prepareFolder(name, runtime.packages, runtime.isLight === true));
    const server = await serveRealtime({
      refuse: ({ headers }) => headers.authorization?.includes('refused'),
    });

    const [command, ...args] = [...runtime.command!(cwd), 'realtime.mjs', module, server.origin];
    const { stdout } = await promisify(execFile)(command!, args, { cwd, timeout: 30_000 });

    expect(JSON.parse(stdout)).toEqual({
      text: 'w1 w2 w3 ',
      result: 'w1 w2 w3 ',
      refusal,
      abort: 'AbortError',
    });
    expect(server.upgrades[0]!.headers.authorization).toBe('Bearer test-key-0123456789');
    expect(server.upgrades[1]!.headers['sec-websocket-protocol']?.replace(' ', '')).toBe('realtime,rt_token');
  });

  test('in Chromium, with a client token and from a microphone', async ({ skip }) => {
    const chromium = await orSkip(skip, findChromium);
    const server = await serveRealtime();
    let report: (report: string) => void;
    const reported = new Promise<string>((settle) => (report = settle));
    const origin = await serve((request, response) => {
      const { pathname } = new URL(request.url!, 'http://page');
      if (pathname === '/report') {
        void text(request).then(report);
        response.end();
      } else if (pathname.startsWith('/dist/')) {
        response
          .writeHead(200, { 'content-type': 'text/javascript' })
          .end(readFileSync(join(installed, pathname)));
      } else if (pathname === '/') {
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(readFileSync('test/runtimes/realtime.html'));
      } else response.writeHead(404).end();
    });

    // Removed now and not at the end, when some of the browser's processes may still write to it.
    const profile = join(installed, '../../profile');
    rmSync(profile, { recursive: true, force: true });
    const browser = execFile(chromium, [
      '--headless=new',
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      `--user-data-dir=${profile}`,
      `${origin}/?server=${server.origin}`,
    ]);
    onTestFinished(() => void browser.kill());

    expect(JSON.parse(await reported)).toEqual({
      text: 'w1 w2 w3 ',
      withKey: 'ArgumentError',
      microphone: true,
      encoding: 'pcm_s16le',
    });
    expect(server.upgrades.map(({ headers }) => headers['sec-websocket-protocol'])).toEqual([
      'realtime, rt_token',
      'realtime, rt_token',
    ]);
    // The microphone of the test beeps.
    expect(audioIn(server.sessions[1]!).some((byte) => byte !== 0)).toBe(true);
  });
});
