import { isRecord } from '../internal/is-record.js';
import { fieldOf } from './fields.js';
import type { MockRequest } from './mock-request.js';
import { sampleOf } from './sample-of.js';

/**
 * Data whose texts are replaced by JSON where the request has a JSON Schema: in the reply of a model, also streamed, and in
 * the annotations of a document.
 */
export function structuredResponse(data: unknown, { body }: MockRequest): unknown {
  const args = fieldOf(body, 'completion_args');
  const reply = sampleFor(
    fieldOf(body, 'response_format') ?? (isRecord(args) ? args.response_format : undefined),
  );
  if (reply !== undefined) return Array.isArray(data) ? replyInEvents(data, reply) : withReply(data, reply);
  const ofDocument = sampleFor(fieldOf(body, 'document_annotation_format'));
  const ofPicture = sampleFor(fieldOf(body, 'bbox_annotation_format'));
  return ofDocument === undefined && ofPicture === undefined ? data : annotated(data, ofDocument, ofPicture);
}

function sampleFor(format: unknown): string | undefined {
  const { json_schema } = isRecord(format) ? format : {};
  return isRecord(json_schema) && isRecord(json_schema.schema)
    ? JSON.stringify(sampleOf(json_schema.schema))
    : undefined;
}

const mapItems = (list: unknown, change: (item: Record<string, unknown>) => unknown): unknown =>
  Array.isArray(list) ? list.map((item) => (isRecord(item) ? change(item) : item)) : list;

function withReply(data: unknown, content: string): unknown {
  if (!isRecord(data)) return data;
  const { choices, outputs } = data;
  return {
    ...data,
    ...(choices !== undefined && {
      choices: mapItems(choices, (choice) => ({
        ...choice,
        finish_reason: 'stop',
        message: { role: 'assistant', content },
      })),
    }),
    ...(outputs !== undefined && {
      outputs: mapItems(outputs, (entry) =>
        entry.type === 'message.output' ? { ...entry, content } : entry,
      ),
    }),
  };
}

/** The text split over the events that have content. */
function replyInEvents(events: readonly unknown[], text: string): unknown[] {
  const size = Math.ceil(text.length / events.filter((event) => withText(event, '') !== event).length);
  let at = 0;
  return events.map((event) => {
    const changed = withText(event, text.slice(at, at + size));
    if (changed !== event) at += size;
    return changed;
  });
}

/** An event with another text; the same one if it has none. */
function withText(event: unknown, content: string): unknown {
  if (!isRecord(event)) return event;
  if (event.type === 'message.output.delta') return { ...event, content };
  const [choice] = (Array.isArray(event.choices) ? event.choices : []) as unknown[];
  const delta = isRecord(choice) ? choice.delta : undefined;
  if (!isRecord(delta) || !delta.content) return event;
  return { ...event, choices: [{ ...(choice as object), delta: { ...delta, content } }] };
}

function annotated(data: unknown, ofDocument: string | undefined, ofPicture: string | undefined): unknown {
  if (!isRecord(data)) return data;
  const withAnnotation = (image: object) => ({ ...image, image_annotation: ofPicture });
  return {
    ...data,
    ...(ofDocument !== undefined && { document_annotation: ofDocument }),
    ...(ofPicture !== undefined && {
      pages: mapItems(data.pages, (page) => ({ ...page, images: mapItems(page.images, withAnnotation) })),
    }),
  };
}
