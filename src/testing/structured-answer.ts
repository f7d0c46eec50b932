import { isRecord } from '../internal/is-record.js';
import { fieldOf } from './fields.js';
import type { MockRequest } from './mock-request.js';
import { sampleOf } from './sample-of.js';

/**
 * The answer with JSON in place of its texts where the request asks for some by schema: in what a model says, whole or
 * in pieces, and in the annotations of a document.
 */
export function structuredAnswer(answer: unknown, { body }: MockRequest): unknown {
  const args = fieldOf(body, 'completion_args');
  const reply = sampleFor(
    fieldOf(body, 'response_format') ?? (isRecord(args) ? args.response_format : undefined),
  );
  if (reply !== undefined) return Array.isArray(answer) ? saidInPieces(answer, reply) : said(answer, reply);
  const ofDocument = sampleFor(fieldOf(body, 'document_annotation_format'));
  const ofPicture = sampleFor(fieldOf(body, 'bbox_annotation_format'));
  return ofDocument === undefined && ofPicture === undefined
    ? answer
    : annotated(answer, ofDocument, ofPicture);
}

function sampleFor(format: unknown): string | undefined {
  const { json_schema } = isRecord(format) ? format : {};
  return isRecord(json_schema) && isRecord(json_schema.schema)
    ? JSON.stringify(sampleOf(json_schema.schema))
    : undefined;
}

const mapItems = (list: unknown, change: (item: Record<string, unknown>) => unknown): unknown =>
  Array.isArray(list) ? list.map((item) => (isRecord(item) ? change(item) : item)) : list;

function said(answer: unknown, content: string): unknown {
  if (!isRecord(answer)) return answer;
  const { choices, outputs } = answer;
  return {
    ...answer,
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

/** As many pieces as the stream has events that say something. */
function saidInPieces(events: readonly unknown[], text: string): unknown[] {
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

function annotated(answer: unknown, ofDocument: string | undefined, ofPicture: string | undefined): unknown {
  if (!isRecord(answer)) return answer;
  const withAnnotation = (image: object) => ({ ...image, image_annotation: ofPicture });
  return {
    ...answer,
    ...(ofDocument !== undefined && { document_annotation: ofDocument }),
    ...(ofPicture !== undefined && {
      pages: mapItems(answer.pages, (page) => ({ ...page, images: mapItems(page.images, withAnnotation) })),
    }),
  };
}
