import {
  itemsOf,
  numberedPage,
  type NumberedPages,
  type NumberedList,
} from '../pagination/numbered-pages.js';
import { formatted } from '../errors/caller.js';
import { outcomeOf, type APIPromise } from '../transport/api-promise.js';
import type { ReadResponse } from '../transport/exchange.js';
import { jsonReader } from '../transport/read-body.js';
import { PagePromise } from './page-promise.js';
import { sendOperation, type Invocation, type Values } from './send-operation.js';

const readJson = /* @__PURE__ */ jsonReader(undefined);

/** A response without the items fails its attempt. */
const readPage =
  (style: NumberedPages): ReadResponse<unknown> =>
  async (exchange) => {
    const data = await readJson(exchange);
    itemsOf(style, { response: exchange.response, scrub: exchange.scrub, data });
    return data;
  };

export function performPage(invocation: Invocation): APIPromise<unknown> {
  const { operation, options, caller } = invocation;
  // Later changes by the caller must not affect later pages.
  const params = { ...invocation.params };
  const fetchPage = (of: Values, cancelSignal?: AbortSignal) =>
    sendOperation(
      { ...invocation, params: of },
      { read: readPage(operation.pagination!), cancelSignal, start: 'when used' },
    );
  const call = fetchPage(params);
  return new PagePromise<unknown>(async (mode) => {
    const { response, attempts, data } = await outcomeOf(call, mode);
    if (mode === 'response') return { response, attempts };
    const list: NumberedList = {
      caller: formatted(caller),
      style: operation.pagination!,
      prefetch: options.prefetch,
      fetchPage: async (of, cancelSignal) => {
        const next = await outcomeOf(fetchPage(of, cancelSignal), 'data');
        return { data: next.data, response: next.response };
      },
      seen: new Map(),
    };
    return { response, attempts, data: numberedPage(list, params, { response, data }) };
  }, caller);
}
