import { isRecord } from '../internal/is-record.js';

/**
 * The text in anything that carries some: a chunk or a whole chat completion (its first choice), a message,
 * its content as a string or as blocks, an event of a conversation or of a transcription.
 *
 * @returns the empty string where there is no text; thinking, tool calls and pictures are not text.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOfBlock).join('');
  if (!isRecord(value)) return '';
  if (Array.isArray(value.choices)) return textOf(value.choices[0]);
  return textOf(value.delta ?? value.message ?? value.content ?? value.text);
}

const textOfBlock = (block: unknown): string =>
  isRecord(block) && block.type === 'text' && typeof block.text === 'string' ? block.text : '';
