import type { MockOperation } from '../../generated/mock.gen.js';
import { copyOf } from './copy-of.js';
import { echo } from './echo.js';
import { streamFrames, writeEvents, type Delivery } from './event-stream.js';
import { embedInputs } from './embed-inputs.js';
import { isRecord } from '../internal/is-record.js';
import type { MockRequest } from './mock-request.js';
import { slicePage } from './slice-page.js';

/** What an operation answers to this request when nobody says otherwise, without its wrapping. */
export function usualAnswer({ id, answer: shared }: MockOperation, request: MockRequest): unknown {
  const answer = copyOf(shared);
  switch (answer.kind) {
    case 'json': {
      const example = echo(answer.body, answer.echo, request);
      return computed[id]?.(example, request.body) ?? example;
    }
    case 'stream':
      return answer.events.map((event) => echo(event, answer.echo, request));
    case 'page':
      return answer.items.map((item) => echo(item, answer.echo, request));
    case 'binary':
      return answer.text;
    case 'void':
      return undefined;
  }
}

/** What no example can say, since it follows from the request. */
const computed: Readonly<Record<string, (example: unknown, body: unknown) => unknown>> = {
  'embeddings.create': embedInputs,
  'ocr.process': withImagesIfAsked,
};

/**
 * Wrap a plain answer as the API does: events as a stream, items as a page of the list.
 *
 * @throws {TypeError} if a stream or a list is not given as an array.
 */
export function respond(
  operation: MockOperation,
  plain: unknown,
  request: MockRequest,
  delivery: Delivery,
): Response {
  const { answer, status, contentType = '' } = operation;
  switch (answer.kind) {
    case 'json':
      return Response.json(plain, { status });
    case 'stream': {
      const body = streamFrames(writeEvents(listOf(plain, operation, 'events'), answer), delivery);
      return new Response(body, { status, headers: { 'content-type': `${contentType}; charset=utf-8` } });
    }
    case 'page':
      return Response.json(slicePage(answer, listOf(plain, operation, 'items'), request.query), { status });
    case 'binary':
      // The types of the answers promise a string or bytes.
      return new Response(plain as BodyInit, { status, headers: { 'content-type': contentType } });
    case 'void':
      return new Response(null, { status });
  }
}

function listOf(plain: unknown, { id }: MockOperation, what: string): readonly unknown[] {
  if (Array.isArray(plain)) return plain;
  throw new TypeError(`The mock answer of \`${id}\` must be an array of its ${what}, or a Response`);
}

/** The content of images is sent to those alone who ask for it. */
function withImagesIfAsked(example: unknown, body: unknown): unknown {
  if (!isRecord(example) || (isRecord(body) && body.include_image_base64 === true)) return example;
  const withoutContent = (image: object) => ({ ...image, image_base64: null });
  // Of the shape that the description gives its example.
  const pages = example.pages as { images: object[] }[];
  return { ...example, pages: pages.map((page) => ({ ...page, images: page.images.map(withoutContent) })) };
}
