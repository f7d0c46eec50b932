import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, onTestFinished, test } from 'vitest';

import { serve } from '../helpers/loopback.js';
import { audioIn, serveRealtime } from '../helpers/realtime-server.js';

test('live audio is transcribed in Chromium, with a client token and from a microphone', async ({ skip }) => {
  const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(isInstalled);
  if (chromium === undefined) return skip('no Chromium is installed');
  const server = await serveRealtime();
  let report: (report: string) => void;
  const reported = new Promise<string>((settle) => (report = settle));
  const origin = await serve((request, response) => {
    const { pathname } = new URL(request.url!, 'http://page');
    if (pathname === '/report') {
      void text(request).then(report);
      response.end();
    } else if (pathname.startsWith('/dist/')) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(`.${pathname}`));
    } else if (pathname === '/') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(readFileSync('test/helpers/runtimes/realtime.html'));
    } else response.writeHead(404).end();
  });

  // Removed now and not at the end, when some of the browser's processes may still write to it.
  const profile = resolve('test-results/chromium');
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

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
