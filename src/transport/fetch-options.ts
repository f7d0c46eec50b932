import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';

/** Further options of the runtime's `fetch`, such as `dispatcher` in Node, `proxy` in Bun or `cache` in pages. */
export type FetchOptions = Readonly<Record<string, unknown>>;

/** Options that the transport sets itself, and where callers set them. */
const elsewhere: Readonly<Record<string, string>> = {
  headers: 'use the option `headers`',
  signal: 'pass `signal` to a call',
  redirect: 'use the option `redirect` of the client',
  method: 'the operation sets it',
  body: 'the parameters set it',
  duplex: 'the body sets it',
};

/** @throws {ArgumentError} for an option that is set elsewhere. */
export function checkedFetchOptions(owner: string, given: FetchOptions = {}): FetchOptions {
  if (!isRecord(given)) throw new ArgumentError(`${owner}: \`fetchOptions\` must be an object`);
  const taken = Object.keys(given).find((name) => Object.hasOwn(elsewhere, name));
  if (taken === undefined) return given;
  throw new ArgumentError(`${owner}: \`fetchOptions\` has no \`${taken}\`; ${elsewhere[taken]}`);
}
