import { vi } from 'vitest';

import type { Fetch } from '../../src/transport/send.js';

type Value = { readonly [kind: string]: unknown };
interface Attribute {
  readonly key: string;
  readonly value: Value;
}

/** A span as OTLP has it in JSON. */
export interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly {
    readonly name: string;
    readonly timeUnixNano: string;
    readonly attributes: readonly Attribute[];
  }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

export interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly scope: object; readonly spans: readonly WireSpan[] }[];
  }[];
}

/** The spans of a request, in order. */
export const spansIn = ({ resourceSpans }: WireRequest): readonly WireSpan[] =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

/** Attributes by name, each as its value alone. */
export const valuesOf = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));

function plain(value: Value): unknown {
  const [kind, held] = Object.entries(value)[0]!;
  return kind === 'arrayValue' ? (held as { values: Value[] }).values.map(plain) : held;
}

/** A collector in the place of `fetch`, which responds with what it is told, at last with success. */
export function otlpCollector(...responses: readonly (() => Response | Promise<Response> | never)[]) {
  const requests: { readonly url: string; readonly headers: Headers; readonly body: WireRequest }[] = [];
  const fetch = vi.fn<Fetch>(async (url, init) => {
    const body = JSON.parse(init.body as string) as WireRequest;
    requests.push({ url, headers: new Headers(init.headers), body });
    return (responses[requests.length - 1] ?? (() => Response.json({})))();
  });
  return {
    fetch,
    requests: requests as readonly (typeof requests)[number][],
    spans: () => requests.flatMap(({ body }) => spansIn(body)),
  };
}
