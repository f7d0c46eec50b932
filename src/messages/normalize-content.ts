import { isRecord } from '../internal/is-record.js';
import { withoutNulls } from './without-nulls.js';

/** A part of a message, with `type` as the discriminator. */
export type Block = Record<string, unknown>;

/**
 * The blocks of content that is not a string, in the described form: without `null`, text as a string, thinking as a list of
 * blocks, a single block as a list, and with the `type` of a block derived from its fields if it is missing.
 *
 * The blocks are copies; the input is not modified.
 */
export const normalizeBlocks = (content: unknown): Block[] => [content].flat().flatMap(normalizeBlock);

/** Content in one of the API's forms: text, blocks, or `null` for none. */
export const normalizeContent = (content: unknown): string | Block[] | null =>
  typeof content === 'string'
    ? content
    : content === null || content === undefined
      ? null
      : normalizeBlocks(content);

/** The text of a field that should be a string; some servers wrap it in an object. */
export function normalizeText(value: unknown): string {
  if (typeof value === 'string') return value;
  return isRecord(value) ? normalizeText(value.value ?? value.text ?? value.content) : '';
}

/** The type of a block, derived from its fields if it is missing. */
export function blockType({ type, thinking, text }: Readonly<Block>): unknown {
  if (type !== null && type !== undefined) return type;
  if (thinking !== null && thinking !== undefined) return 'thinking';
  return text === null || text === undefined ? undefined : 'text';
}

/** The content of a thinking block, as blocks. */
export const normalizeThoughts = (thinking: unknown): Block[] =>
  normalizeBlocks(typeof thinking === 'string' ? { text: thinking } : thinking);

function normalizeBlock(given: unknown): Block[] {
  if (!isRecord(given)) return [];
  const block: Block = withoutNulls(given);
  const type = blockType(block);
  if (type === 'text') return [{ ...block, type, text: normalizeText(block.text) }];
  if (type === 'thinking') return [{ ...block, type, thinking: normalizeThoughts(block.thinking) }];
  return [block];
}
