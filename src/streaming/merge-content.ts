import { isRecord } from '../internal/is-record.js';

type Fields = Record<string, unknown>;

/** Content of a message as it grows: text, or blocks that are ours to add to. */
export type GrowingContent = string | Fields[] | null | undefined;

/** Add what a delta brings, text or blocks, to content. Adjacent blocks of text, or of thinking, become one. */
export function appendContent(content: GrowingContent, delta: unknown): GrowingContent {
  if (delta === null) return content === undefined ? null : content;
  if (typeof delta === 'string') {
    if (!Array.isArray(content)) return (content ?? '') + delta;
    if (delta !== '') appendBlock(content, { type: 'text', text: delta });
    return content;
  }
  const blocks = Array.isArray(content) ? content : content ? [{ type: 'text', text: content }] : [];
  for (const block of [delta].flat()) if (isRecord(block)) appendBlock(blocks, block);
  return blocks;
}

/** Blocks are copied first: those of the events belong to whoever reads the stream. */
function appendBlock(blocks: Fields[], block: Fields): void {
  const last = blocks.at(-1);
  if (block.type === 'thinking' && Array.isArray(block.thinking)) {
    if (last?.type !== 'thinking' || last.closed === true) blocks.push({ ...block, thinking: [] });
    const open = blocks.at(-1)!;
    for (const thought of block.thinking)
      if (isRecord(thought)) appendBlock(open.thinking as Fields[], thought);
    if (block.closed !== undefined) open.closed = block.closed;
  } else if (last?.type === 'text' && block.type === 'text') {
    last.text = `${String(last.text)}${String(block.text)}`;
  } else {
    blocks.push({ ...block });
  }
}
