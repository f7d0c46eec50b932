import { ArgumentError } from '../errors/argument-error.js';

/** What a request cannot do without. */
const needed = ['Headers', 'TextDecoder', 'TextEncoder'];

/**
 * The package can be loaded where a call cannot be made: asked with each call, since what is missing can be added.
 *
 * @throws {ArgumentError} naming what this runtime lacks.
 */
export function checkRuntime(hasOwnFetch: boolean): void {
  const missing = (hasOwnFetch ? needed : ['fetch', ...needed]).filter((name) => !(name in globalThis));
  if (missing.length === 0) return;
  throw new ArgumentError(
    `This runtime has no ${missing.join(', ')}; make them global before the call. The jsdom of Jest has none of Node's: begin the test with \`@jest-environment node\``,
  );
}
