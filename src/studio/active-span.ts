import type { RecordedSpan } from './recorded-span.js';

/** Which span is active in a function and in all that it starts. */
export interface ActiveSpan {
  getStore(): RecordedSpan | undefined;
  run<T>(span: RecordedSpan, run: () => T): T;
}

/** What Node, Deno, Bun and Workers with `nodejs_compat` have, and older ones and browsers lack. */
interface Runtime {
  readonly process?: {
    readonly getBuiltinModule?: (
      name: string,
    ) => { readonly AsyncLocalStorage?: new () => ActiveSpan } | undefined;
  };
}

/** Where the runtime cannot follow asynchronous calls, a span is active until its function returns, or returns a promise. */
export function createActiveSpan(): ActiveSpan {
  const { process } = globalThis as Runtime;
  const Storage = process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage;
  return Storage ? new Storage() : createSynchronous();
}

function createSynchronous(): ActiveSpan {
  let active: RecordedSpan | undefined;
  return {
    getStore: () => active,
    run(span, run) {
      const before = active;
      active = span;
      try {
        return run();
      } finally {
        active = before;
      }
    },
  };
}
