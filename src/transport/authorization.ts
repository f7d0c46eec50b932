import { ArgumentError } from '../errors/argument-error.js';
import { environmentVariable } from '../internal/environment.js';

/** The API key, or a function that supplies it, called for each attempt to send a request. */
export type ApiKey = string | (() => string | Promise<string>);

/**
 * Sets the `Authorization` header.
 *
 * The key is checked here because the runtime's own error for a bad header quotes the value.
 *
 * @throws {ArgumentError} if there is no key, or it has characters that a header cannot carry; the key is not quoted.
 */
export function authorize(headers: Headers, apiKey: ApiKey): Headers | Promise<Headers> {
  const set = (key: unknown) => {
    headers.set('authorization', `Bearer ${checkedKey(key)}`);
    return headers;
  };
  return typeof apiKey === 'function' ? supplied(apiKey).then(set) : set(apiKey);
}

async function supplied(apiKey: Exclude<ApiKey, string>): Promise<string> {
  try {
    return await apiKey();
  } catch (cause) {
    if (ArgumentError.isInstance(cause)) throw cause;
    throw new ArgumentError('The function that was passed as `apiKey` failed; see `cause`', { cause });
  }
}

/** @throws {ArgumentError} if the environment has no key, or an invalid one. */
export function environmentKey(): string {
  const key = environmentVariable('MISTRAL_API_KEY');
  if (key !== undefined) return checkedKey(key);
  throw new ArgumentError('No API key: set MISTRAL_API_KEY, or pass `new Mistral({ apiKey })`');
}

/** @throws {ArgumentError} if the key is invalid; it is not quoted. */
export function checkedKey(given: unknown): string {
  if (typeof given !== 'string') {
    throw new ArgumentError(
      '`apiKey` gave no key; it must be a string, or a function that returns one or a promise of one',
    );
  }
  const key = given.trim();
  if (key === '')
    throw new ArgumentError('The API key is empty; pass a key as `apiKey`, or set MISTRAL_API_KEY');
  if (/^bearer\s/i.test(key))
    throw new ArgumentError('The API key begins with `Bearer`, which the client adds; pass the key alone');
  if (/^(["'`]).*\1$/.test(key))
    throw new ArgumentError('The API key has quotation marks around it; pass the key alone');
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ArgumentError(
      'The API key has a space, a line break or a character beyond ASCII in it; copy it again',
    );
  }
  return key;
}
