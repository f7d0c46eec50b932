import { isRecord } from '../internal/is-record.js';
import { blockType, normalizeText } from '../messages/normalize-content.js';

/**
 * The text in a chunk or a complete chat completion (its first choice), a message, its content as a string or as blocks, an
 * event, an entry or the complete response of a conversation, an event of a transcription or a complete one.
 *
 * @returns the empty string if there is no text; thinking, tool calls and images are not text.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOfItem).join('');
  if (!isRecord(value)) return '';
  if (Array.isArray(value.choices)) return textOf(value.choices[0]);
  return textOf(value.delta ?? value.message ?? value.content ?? value.outputs ?? value.text);
}

/** Of a list of blocks, or of the outputs of a conversation. */
function textOfItem(item: unknown): string {
  if (!isRecord(item)) return '';
  if (blockType(item) === 'text') return normalizeText(item.text);
  return item.type === 'message.output' ? textOf(item.content) : '';
}
