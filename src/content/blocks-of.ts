import { isRecord } from '../internal/is-record.js';
import { blockType, normalizeThoughts } from '../messages/normalize-content.js';

/** A part of a message, with `type` as the discriminator. */
export type Block = Readonly<Record<string, unknown>>;

/**
 * The content blocks in a chunk or a complete chat completion (its first choice), a message, a list of blocks, an event, an
 * entry or the response of a conversation. A plain string has none.
 */
export function blocksOf(value: unknown): readonly Block[] {
  if (Array.isArray(value)) return value.filter(isRecord).flatMap(blocksOf);
  if (!isRecord(value)) return [];
  if (Array.isArray(value.choices)) return blocksOf(value.choices[0]);
  const inner = value.delta ?? value.message ?? value.content ?? value.outputs;
  return inner === undefined || inner === null ? [value] : blocksOf(inner);
}

/** The content of a thinking block: text, and references. */
export const thoughtsIn = (block: Block): readonly Block[] =>
  blockType(block) === 'thinking' ? normalizeThoughts(block.thinking) : [];
