import { ArgumentError } from '../errors/argument-error.js';
import { requireSync } from '../errors/require-sync.js';
import { errorName } from './error-name.js';

/**
 * Changes a text before it is recorded.
 *
 * @param text - The complete value. Messages, tool definitions and arguments are JSON.
 * @param place - The name of the attribute: `gen_ai.input.messages`, `exception.message`, …
 * @returns the text to record; `undefined` omits the attribute.
 */
export type Redact = (text: string, place: string) => string | undefined;

/** How spans are recorded. */
export interface Recording {
  readonly captureContent: boolean;
  /** Whether texts are redacted before anyone sees them: such a text must be complete, since half a name is not recognized. */
  readonly isRedacted: boolean;
  /** The text to record under this name, if any. */
  readonly show: Redact;
  readonly warn: (message: string) => void;
}

/** @throws {ArgumentError} for an invalid option. */
export function checkRecording(
  owner: string,
  { captureContent, redact }: { readonly captureContent?: unknown; readonly redact?: unknown },
): void {
  // A string such as 'false', from the environment, would enable it.
  if (captureContent !== undefined && typeof captureContent !== 'boolean')
    throw new ArgumentError(`${owner}: \`captureContent\` must be true or false`);
  if (redact !== undefined && typeof redact !== 'function')
    throw new ArgumentError(`${owner}: \`redact\` must be a function \`(text, place) => text\``);
}

/** A text after `redact`; `undefined` if that omits it, or fails. */
export function redacted(
  text: string,
  place: string,
  redact: Redact,
  warn: (message: string) => void,
): string | undefined {
  try {
    const shown: unknown = redact(text, place);
    return typeof shown === 'string' ? shown : void requireSync(shown, '`redact`');
  } catch (error) {
    // Its error may quote the text.
    warn(`\`redact\` failed with ${errorName(error)}, so ${place} is left out`);
    return undefined;
  }
}
