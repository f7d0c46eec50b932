import { itemsOf, listPage, type PagedList } from '../pagination/list-page.js';
import { formatted } from '../errors/caller.js';
import { isPlain } from '../internal/serialization-advice.js';
import type { Scrub } from '../internal/scrub.js';
import { outcomeOf, type APIPromise } from '../transport/api-promise.js';
import type { Exchange } from '../transport/exchange.js';
import { jsonReader } from '../transport/read-body.js';
import { PagePromise } from './page-promise.js';
import { sendOperation, type Invocation, type Values } from './send-operation.js';

const readJson = /* @__PURE__ */ jsonReader(undefined);

export function performPage(invocation: Invocation): APIPromise<unknown> {
  const { operation, options, caller } = invocation;
  const style = operation.pagination!;
  // Later changes by the caller must not affect later pages.
  const params = snapshotOf(invocation.params);
  let scrub: Scrub | undefined;
  /** A response without the items fails its attempt. */
  const read = async (exchange: Exchange) => {
    scrub = exchange.scrub;
    const data = await readJson(exchange);
    itemsOf(style, { response: exchange.response, scrub, data });
    return data;
  };
  const fetchPage = (of: Values, cancelSignal?: AbortSignal) =>
    sendOperation({ ...invocation, params: of }, { read, cancelSignal, start: 'when used' });
  const call = fetchPage(params);
  return new PagePromise<unknown>(async (mode) => {
    const { response, attempts, data } = await outcomeOf(call, mode);
    if (mode === 'response') return { response, attempts };
    const list: PagedList = {
      caller: formatted(caller),
      style,
      prefetch: options.prefetch,
      fetchPage: async (of, cancelSignal) => {
        const next = await outcomeOf(fetchPage(of, cancelSignal), 'data');
        return { data: next.data, response: next.response };
      },
      scrub,
      seen: new Map(),
    };
    return { response, attempts, data: listPage(list, params, { response, data }) };
  }, caller);
}

/** What cannot be copied is refused when it is sent. */
function snapshotOf(params: Values): Values {
  try {
    return copyOf(params) as Values;
  } catch {
    return params;
  }
}

/** A deep copy of lists and of plain objects; others may have their own form in JSON. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copyOf(field)]));
}
