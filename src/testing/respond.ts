import type { MockOperation } from '../../generated/mock.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { echo } from './echo.js';
import { streamFrames, writeEvents, type Delivery } from './event-stream.js';
import { embedInputs } from './embed-inputs.js';
import { isRecord } from '../internal/is-record.js';
import { makeData, makeItems } from './make-data.js';
import type { MockRequest } from './mock-request.js';
import { slicePage } from './slice-page.js';

/** The data of an operation's response when the test gives none. */
export function defaultData({ id, response }: MockOperation, request: MockRequest): unknown {
  switch (response.kind) {
    case 'json': {
      const example = echo(makeData(response.body), response.echo, request);
      return computed[id]?.(example, request.body) ?? example;
    }
    case 'stream':
      return response.events.map((event) => echo(makeData(event), response.echo, request));
    case 'page':
      return makeItems(response).map((item) => echo(item, response.echo, request));
    case 'binary':
      return response.text;
    case 'void':
      return undefined;
  }
}

/** Data that depends on the request, so that no example can contain it. */
const computed: Readonly<Record<string, (example: unknown, body: unknown) => unknown>> = {
  'embeddings.create': embedInputs,
  'ocr.process': withImagesIfAsked,
};

/**
 * Make a response of data, as the API does: events become a stream, items a page of the list.
 *
 * @throws {ArgumentError} if a stream or a list is not given as an array.
 */
export function respond(
  operation: MockOperation,
  data: unknown,
  request: MockRequest,
  delivery: Delivery,
): Response {
  const { response, status = 200, contentType = 'application/json' } = operation;
  switch (response.kind) {
    case 'json':
      return Response.json(data, { status });
    case 'stream': {
      const body = streamFrames(writeEvents(listOf(data, operation, 'events'), response, request), delivery);
      return new Response(body, { status, headers: { 'content-type': `${contentType}; charset=utf-8` } });
    }
    case 'page':
      return Response.json(slicePage(response, listOf(data, operation, 'items'), request), { status });
    case 'binary':
      // `MockData` is a string or bytes here.
      return new Response(data as BodyInit, { status, headers: { 'content-type': contentType } });
    case 'void':
      return new Response(null, { status });
  }
}

function listOf(data: unknown, { id }: MockOperation, what: string): readonly unknown[] {
  if (Array.isArray(data)) return data;
  throw new ArgumentError(`The mock response of \`${id}\` must be an array of its ${what}, or a Response`);
}

/** The API sends the content of images only on request. */
function withImagesIfAsked(example: unknown, body: unknown): unknown {
  if (!isRecord(example) || (isRecord(body) && body.include_image_base64 === true)) return example;
  const withoutContent = (image: object) => ({ ...image, image_base64: null });
  // Of the shape that the description gives its example.
  const pages = example.pages as { images: object[] }[];
  return { ...example, pages: pages.map((page) => ({ ...page, images: page.images.map(withoutContent) })) };
}
