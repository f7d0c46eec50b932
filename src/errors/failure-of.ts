import { describeThrown } from '../internal/describe-thrown.js';
import { CallbackFailure } from '../internal/callback-failure.js';
import type { LinkedCancellation } from '../internal/linked-cancellation.js';
import type { Scrub } from '../internal/scrub.js';
import { withoutSecrets } from '../internal/without-secrets.js';
import { abortBehind, AbortError } from './abort-error.js';
import { ConnectionError } from './connection-error.js';
import { setContentFree } from './content-free.js';
import { MistralError } from './mistral-error.js';
import { TimeoutError } from './timeout-error.js';

/** What errors need to know about their call. */
export interface FailureContext {
  /** What was called: `POST /v1/files`, or a method's name. */
  readonly call: string;
  readonly cancellation: LinkedCancellation;
  readonly scrub: Scrub;
}

/** The error for a call whose signal aborted: a timeout of ours, or the caller's abort. */
export const abortOf = ({ reason, failure }: LinkedCancellation): Error => failure ?? new AbortError(reason);

/**
 * The error for a rejected `fetch` or a body that failed to read: the caller's abort, a timeout, or a connection error.
 */
export function failureOf(
  { call, cancellation, scrub }: FailureContext,
  problem: string,
  cause: unknown,
): Error {
  if (cancellation.aborted) return abortOf(cancellation);
  const chain = chainOf(cause);
  const theirs = chain.find((error) => error instanceof CallbackFailure);
  if (theirs) return theirs;
  // If a file cannot be read while it is uploaded, its error is the cause of the failed fetch.
  const ours = chain.find((error) => MistralError.isInstance(error));
  if (ours) return ours;
  const abort = abortBehind(cause);
  if (abort) return abort;
  if (
    chain.some(
      (error) => codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT' || codeOf(error) === 'UND_ERR_BODY_TIMEOUT',
    )
  ) {
    return new TimeoutError(
      `${call} reached a time limit of Node's fetch, which waits 300 s at most. Stream the response, or pass a \`fetch\` with an undici Agent of higher \`headersTimeout\` and \`bodyTimeout\``,
      undefined,
      { cause: withoutSecrets(cause, scrub) },
    );
  }
  const error = new ConnectionError(`${call} ${problem}: ${scrub(reasonOf(chain))}`, {
    cause: withoutSecrets(cause, scrub),
  });
  const code = chain.map(codeOf).find((value) => typeof value === 'string' && /^[A-Z][A-Z\d_]+$/.test(value));
  setContentFree(error, `${call} ${problem}${typeof code === 'string' ? `: ${code}` : ''}`);
  return error;
}

function chainOf(cause: unknown): unknown[] {
  const chain = [cause];
  for (let error = cause; error instanceof Error && error.cause !== undefined && chain.length < 5;) {
    error = error.cause;
    chain.push(error);
  }
  return chain;
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined | null)?.code;

/** Node wraps the reason, such as ECONNREFUSED, in a `TypeError: fetch failed`. */
function reasonOf([error, cause]: readonly unknown[]): string {
  if (!(cause instanceof Error)) return describeThrown(error);
  return describeThrown(cause) || describeThrown(codeOf(cause) ?? error);
}
