import type { Mistral, RequestOptions } from '../../src/index.js';

/** A method as the contract tests call it: with parameters that only the description knows. */
export type UntypedMethod = (params?: unknown, options?: RequestOptions) => PromiseLike<unknown>;

/** The method at a dotted name such as `beta.agents.list`; `undefined` if there is none. */
export function methodOf(mistral: Mistral, id: string): UntypedMethod | undefined {
  const found = id
    .split('.')
    .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], mistral);
  return typeof found === 'function' ? (found as UntypedMethod) : undefined;
}
