import { hash } from '../internal/hash.js';

/** What decides which requests begin alike. */
interface RequestStart {
  readonly messages: readonly { readonly role: string }[];
  readonly model?: unknown;
  readonly agent_id?: unknown;
}

/**
 * A key for the cache of prompts: the same for all requests with the same model, the same tools and the same messages up to the
 * first of a user. Those are the requests of one run or one chat.
 */
export function promptCacheKeyOf(
  { messages, model, agent_id: agentId }: RequestStart,
  tools: readonly object[],
): string {
  const end = messages.findIndex(({ role }) => role === 'user') + 1;
  const start = JSON.stringify([model, agentId, tools, messages.slice(0, end)]);
  return `run-${[hash(start), hash(`2${start}`)].map((part) => part.toString(36)).join('')}`;
}
