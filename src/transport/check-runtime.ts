import { ArgumentError } from '../errors/argument-error.js';

/** Globals that every request needs. */
const needed = ['Headers', 'TextDecoder', 'TextEncoder'];

/**
 * The package can also be loaded where calls are not possible. Checked with each call, since globals can be added.
 *
 * @throws {ArgumentError} naming the missing globals.
 */
export function checkRuntime(hasOwnFetch: boolean): void {
  const missing = (hasOwnFetch ? needed : ['fetch', ...needed]).filter((name) => !(name in globalThis));
  if (missing.length === 0) return;
  throw new ArgumentError(
    `This runtime has no ${missing.join(', ')}; make them global before the call. The jsdom of Jest hides those of Node: start the test with \`@jest-environment node\``,
  );
}
