import type { Block } from './normalize-content.js';

/** Content of a message as it grows: text, or blocks that are ours to add to. */
export type GrowingContent = string | Block[] | null | undefined;

/**
 * Add what a delta brings to content. Adjacent blocks of text, or of thinking, become one.
 *
 * @param delta - As {@link normalizeContent} gives it; its blocks become part of the content, and grow with it.
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
    // Both are text, which was made a string when it arrived.
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
