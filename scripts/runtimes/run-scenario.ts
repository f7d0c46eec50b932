import { setTimeout as sleep } from 'node:timers/promises';

import { createApp } from './app.js';
import { prepareFolder } from './install.js';
import type { Runtime } from './runtimes.js';
import { serveScenario, type Report } from './serve-scenario.js';

/** How the scenario went in a runtime. */
export interface Outcome extends Report {
  readonly version: string;
  readonly elapsedMs: number;
}

/** A page that was built and an app that was compiled may take their time. */
const limitMs = 120_000;

/**
 * Runs the scenario in a runtime, against a server of its own. The package must have been installed.
 *
 * @param isAllowed - Whether packages of the runtime may be downloaded.
 * @throws {Unavailable} if the runtime cannot be had.
 */
export async function runScenario(
  { name, title, packages, version, start }: Runtime,
  isAllowed: boolean,
): Promise<Outcome> {
  const folder = await prepareFolder(name, packages, isAllowed);
  // First, since it tells whether there is such a runtime at all.
  const itsVersion = version(folder);
  const server = await serveScenario();
  const app = createApp({ folder, name: title, origin: server.url });
  const timer = new AbortController();
  const begin = performance.now();
  try {
    const late = sleep(limitMs, undefined, timer).then(() => {
      throw new Error(`there is no report after ${limitMs / 1_000} s`);
    });
    const started = Promise.resolve(start(app)).then(() => server.report);
    const report = await Promise.race([started, server.report, app.failed, late]);
    return { ...report, version: itsVersion, elapsedMs: performance.now() - begin };
  } finally {
    timer.abort();
    await app.close();
    await server.close();
  }
}
