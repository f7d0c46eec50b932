import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';

/** What else `fetch` takes in a runtime, such as `dispatcher` in Node, `proxy` in Bun or `cache` in pages. */
export type FetchOptions = Readonly<Record<string, unknown>>;

/** What the transport says itself, and where callers say it. */
const elsewhere: Readonly<Record<string, string>> = {
  headers: 'pass `headers` beside it',
  signal: 'pass `signal` to a call',
  redirect: 'pass `redirect` beside it',
  method: 'the operation says it',
  body: 'the parameters are it',
  duplex: 'the body says it',
};

/** @throws {ArgumentError} for what is said elsewhere. */
export function checkedFetchOptions(owner: string, given: FetchOptions = {}): FetchOptions {
  if (!isRecord(given)) throw new ArgumentError(`${owner}: \`fetchOptions\` must be an object`);
  const taken = Object.keys(given).find((name) => Object.hasOwn(elsewhere, name));
  if (taken === undefined) return given;
  throw new ArgumentError(`${owner}: \`fetchOptions\` has no \`${taken}\`; ${elsewhere[taken]}`);
}
