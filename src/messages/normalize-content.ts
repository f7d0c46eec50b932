import { isRecord } from '../internal/is-record.js';
import { withoutNulls } from './without-nulls.js';

/** One part of a message, told apart by its `type`. */
export type Block = Record<string, unknown>;

/**
 * The blocks of a content that is not one text, in the form that the API describes: what is `null` is left out, text is
 * a string, thinking is a list of blocks, a single block is a list of one, and the type of a block that names none is
 * told by its fields.
 *
 * The blocks are copies; what was received stays as it is.
 */
export const normalizeBlocks = (content: unknown): Block[] => [content].flat().flatMap(normalizeBlock);

/** Content in one of the forms of the API: text, blocks, or `null` for none. */
export const normalizeContent = (content: unknown): string | Block[] | null =>
  typeof content === 'string'
    ? content
    : content === null || content === undefined
      ? null
      : normalizeBlocks(content);

/** The text of a field that should be a string; some servers wrap it once more. */
export function normalizeText(value: unknown): string {
  if (typeof value === 'string') return value;
  return isRecord(value) ? normalizeText(value.value ?? value.text ?? value.content) : '';
}

/** The type of a block; of one that names none, what its fields say. */
export function blockType({ type, thinking, text }: Readonly<Block>): unknown {
  if (type !== null && type !== undefined) return type;
  if (thinking !== null && thinking !== undefined) return 'thinking';
  return text === null || text === undefined ? undefined : 'text';
}

/** What a thinking block holds, as blocks. */
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
