import type { RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';

const isText = (value: unknown): boolean => typeof value === 'string';
const isTime = (value: unknown): boolean => Number.isFinite(value);

/** Types of the fields that the transcript is assembled from, for all events. */
const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: isText,
  model: isText,
  language: isText,
  audio_language: isText,
  start: isTime,
  end: isTime,
  segments: Array.isArray,
  session: isRecord,
  usage: isRecord,
};

/**
 * An event for assembling the transcript: fields that are `null` or of a wrong type are absent, and required text exists. The
 * reader gets events unchanged.
 */
export function normalizeEvent(
  event: RealtimeTranscriptionServerMessage,
): RealtimeTranscriptionServerMessage {
  const regular = regularFields(event);
  const { segments } = regular;
  if (Array.isArray(segments)) regular.segments = segments.filter(isRecord).map(regularFields);
  // Every field that is read has the type that the description promises.
  return regular as unknown as RealtimeTranscriptionServerMessage;
}

function regularFields(given: object): Record<string, unknown> {
  const fields = Object.entries(given).filter(([name, value]) => kinds[name]?.(value) ?? true);
  return { text: '', ...Object.fromEntries(fields) };
}
