import { ArgumentError } from '../errors/argument-error.js';
import { environmentVariable } from '../internal/environment.js';

/** The API key, or a function that supplies it, called for each attempt to send a request. */
export type ApiKey = string | (() => string | Promise<string>);

/** The options for keys: most operations need an API key, those that administer an organization need another one. */
export type KeyOption = 'apiKey' | 'adminApiKey';

/** A key, and how it is sent. */
export interface Credential {
  readonly option: KeyOption;
  readonly key: ApiKey;
  /** The header for the key; by default it is a bearer token in `Authorization`. */
  readonly header: string | undefined;
}

const keys: Readonly<Record<KeyOption, { readonly title: string; readonly variable: string }>> = {
  apiKey: { title: 'API key', variable: 'MISTRAL_API_KEY' },
  adminApiKey: { title: 'admin API key', variable: 'MISTRAL_ADMIN_API_KEY' },
};

/**
 * Sets the header with the key.
 *
 * The key is checked here because the runtime's own error for a bad header quotes the value.
 *
 * @throws {ArgumentError} if there is no key, or it has characters that a header cannot carry; the key is not quoted.
 */
export function authorize(headers: Headers, { option, key, header }: Credential): Headers | Promise<Headers> {
  const set = (given: unknown) => {
    const checked = checkedKey(option, given);
    if (header === undefined) headers.set('authorization', `Bearer ${checked}`);
    else headers.set(header, checked);
    return headers;
  };
  return typeof key === 'function' ? supplied(option, key).then(set) : set(key);
}

async function supplied(option: KeyOption, key: Exclude<ApiKey, string>): Promise<string> {
  try {
    return await key();
  } catch (cause) {
    if (ArgumentError.isInstance(cause)) throw cause;
    throw new ArgumentError(`The function that was passed as \`${option}\` failed; see \`cause\``, { cause });
  }
}

/** @throws {ArgumentError} if the environment has no key, or an invalid one. */
export function environmentKey(option: KeyOption): string {
  const { title, variable } = keys[option];
  const key = environmentVariable(variable);
  if (key !== undefined) return checkedKey(option, key);
  throw new ArgumentError(`No ${title}: set ${variable}, or pass \`new Mistral({ ${option} })\``);
}

/** @throws {ArgumentError} if the key is invalid; it is not quoted. */
export function checkedKey(option: KeyOption, given: unknown): string {
  const { title, variable } = keys[option];
  if (typeof given !== 'string') {
    throw new ArgumentError(
      `\`${option}\` gave no key; it must be a string, or a function that returns one or a promise of one`,
    );
  }
  const key = given.trim();
  if (key === '')
    throw new ArgumentError(`The ${title} is empty; pass a key as \`${option}\`, or set ${variable}`);
  if (/^bearer\s/i.test(key))
    throw new ArgumentError(`The ${title} begins with \`Bearer\`, which the client adds; pass the key alone`);
  if (/^(["'`]).*\1$/.test(key))
    throw new ArgumentError(`The ${title} has quotation marks around it; pass the key alone`);
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ArgumentError(
      `The ${title} has a space, a line break or a character beyond ASCII in it; copy it again`,
    );
  }
  return key;
}
