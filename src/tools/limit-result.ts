import type { ContentChunkParam } from '../../generated/types.gen.js';
import { truncateUtf8, utf8Length } from '../internal/truncate-utf8.js';

/** A text of so many bytes of UTF-8 at most; where it is longer, a note for the model says so. */
export function limitText(text: string, maxBytes: number): string {
  const start = truncateUtf8(text, maxBytes);
  return start === text ? text : `${start}\n${noteOf(maxBytes)}`;
}

/**
 * Chunks of so many bytes together at most. A text is cut, and another chunk, of which a part is of no use, left out; a note
 * for the model says so.
 */
export function limitChunks(
  chunks: readonly ContentChunkParam[],
  maxBytes: number,
): readonly ContentChunkParam[] {
  if (maxBytes === Infinity) return chunks;
  let left = maxBytes;
  const kept: ContentChunkParam[] = [];
  for (const chunk of chunks) {
    const text = chunk.type === 'text' ? chunk.text : JSON.stringify(chunk);
    const start = truncateUtf8(text, left);
    if (start !== text) {
      const cut = chunk.type === 'text' ? `${start}\n` : `[${chunk.type}] `;
      return [...kept, { type: 'text', text: cut + noteOf(maxBytes) }];
    }
    left -= utf8Length(text);
    kept.push(chunk);
  }
  return kept;
}

const noteOf = (maxBytes: number): string =>
  `[The result ends here: it is longer than the ${maxBytes} bytes that are sent. Ask for less at a time.]`;

/** A chunk where only text can be. */
export const textOfChunk = (chunk: ContentChunkParam): string =>
  chunk.type === 'text' ? chunk.text : `[${chunk.type}]`;
