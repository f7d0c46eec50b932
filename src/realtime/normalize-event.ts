import type { RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';

const isText = (value: unknown): boolean => typeof value === 'string';
const isTime = (value: unknown): boolean => Number.isFinite(value);

/** What the fields that something is put together from have to be, whatever the event. */
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
 * An event to put something together from: a field that is `null`, or of another kind than it should be, is absent, and
 * there is text where there has to be. Events are handed out as they came.
 */
export function normalizeEvent(
  event: RealtimeTranscriptionServerMessage,
): RealtimeTranscriptionServerMessage {
  const regular = regularFields(event);
  const { segments } = regular;
  if (Array.isArray(segments)) regular.segments = segments.filter(isRecord).map(regularFields);
  // Every field that is read of it has the kind that its type says.
  return regular as unknown as RealtimeTranscriptionServerMessage;
}

function regularFields(given: object): Record<string, unknown> {
  const fields = Object.entries(given).filter(([name, value]) => kinds[name]?.(value) ?? true);
  return { text: '', ...Object.fromEntries(fields) };
}
