import type { Block } from './normalize-content.js';

/** Growing content of a message: text, or blocks that may be modified. */
export type GrowingContent = string | Block[] | null | undefined;

/**
 * Append a delta to content. Adjacent blocks of text, or of thinking, are merged.
 *
 * @param delta - A result of {@link normalizeContent}; its blocks become part of the content, and are modified later.
 */
export function appendContent(content: GrowingContent, delta: string | Block[] | null): GrowingContent {
  if (delta === null) return content === undefined ? null : content;
  if (typeof delta === 'string') {
    if (!Array.isArray(content)) return (content ?? '') + delta;
    if (delta !== '') appendBlock(content, { type: 'text', text: delta });
    return content;
  }
  const blocks = Array.isArray(content) ? content : content ? [{ type: 'text', text: content }] : [];
  for (const block of delta) appendBlock(blocks, block);
  return blocks;
}

function appendBlock(blocks: Block[], block: Block): void {
  const last = blocks.at(-1);
  if (last === undefined || last.type !== block.type || !isJoined(block)) {
    blocks.push(block.type === 'thinking' ? { ...block, thinking: thoughtsOf([], block) } : block);
  } else if (block.type === 'text') {
    // Both were normalized to text.
    last.text = `${last.text as string}${block.text as string}`;
  } else {
    Object.assign(last, block, { thinking: thoughtsOf(last.thinking as Block[], block) });
  }
}

const isJoined = ({ type }: Block): boolean => type === 'text' || type === 'thinking';

function thoughtsOf(thoughts: Block[], { thinking }: Block): Block[] {
  for (const thought of thinking as Block[]) appendBlock(thoughts, thought);
  return thoughts;
}
