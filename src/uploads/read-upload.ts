import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import type { FileContent, NamedFile, NodeReadStream, Uploadable } from './uploadable.js';

/** Bytes that come piece by piece, and can be read once. */
export type ByteSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>;

/** A file on its way out. */
export interface Upload {
  readonly name: string;
  /** Media type; empty when nobody said. */
  readonly type: string;
  readonly content: Blob | ByteSource;
}

/** Whether a value of a multipart form is a file, rather than a field. It may still lack a name. */
export const isUploadable = (value: unknown): value is Uploadable | FileContent =>
  value instanceof Blob ||
  value instanceof Response ||
  isNamedFile(value) ||
  isSource(value) ||
  value instanceof ArrayBuffer ||
  ArrayBuffer.isView(value);

/**
 * Read what the caller calls a file: its name, its type and its bytes. Bytes are copied, streams are not touched.
 *
 * @throws {ArgumentError} if nothing tells the name of the file, or its type is none.
 */
export function readUpload(value: Uploadable | FileContent): Upload {
  const content = isNamedFile(value) ? value.content : value;
  const name = isNamedFile(value) ? value.name : nameOf(value);
  if (name === undefined || name === '') {
    throw new ArgumentError(
      'The file has no name, and the API reads the format off its ending; pass `{ name, content }`',
    );
  }
  const type = (isNamedFile(value) ? value.type : undefined) ?? typeOf(content) ?? '';
  if (!/^[\x20-\x7e]*$/.test(type)) {
    throw new ArgumentError('The `type` of the file is no media type, such as `application/pdf`');
  }
  return { name, type, content: bytesOf(content) };
}

const isNamedFile = (value: unknown): value is NamedFile =>
  isRecord(value) && typeof value.name === 'string' && 'content' in value && !(value instanceof Blob);

const isSource = (value: unknown): value is ByteSource =>
  isRecord(value) && (Symbol.asyncIterator in value || 'getReader' in value);

const isNodeReadStream = (value: unknown): value is NodeReadStream => isSource(value) && 'path' in value;

function nameOf(value: Exclude<Uploadable, NamedFile> | FileContent): string | undefined {
  if (value instanceof File) return value.name;
  if (value instanceof Response) return nameInURL(value.url);
  return isNodeReadStream(value) ? lastSegment(String(value.path)) : undefined;
}

function nameInURL(url: string): string | undefined {
  const name = lastSegment(URL.canParse(url) ? new URL(url).pathname : '');
  try {
    return name && decodeURIComponent(name);
  } catch {
    return name;
  }
}

const lastSegment = (path: string): string | undefined => path.split(/[\\/]/).pop() || undefined;

function typeOf(content: unknown): string | undefined {
  if (content instanceof Blob) return content.type;
  return content instanceof Response ? (content.headers.get('content-type') ?? undefined) : undefined;
}

function bytesOf(content: FileContent | NodeReadStream): Blob | ByteSource {
  if (content instanceof Blob) return content;
  if (content instanceof Response) {
    if (content.bodyUsed)
      throw new ArgumentError('The response was read already, and has no bytes left to upload');
    return content.body ?? new Blob();
  }
  if (isSource(content)) return content;
  // A view may be a window on a pool that others write to; a Blob takes a copy of what it shows alone.
  if (typeof content === 'string' || content instanceof ArrayBuffer || ArrayBuffer.isView(content))
    return new Blob([content as BlobPart]);
  throw new ArgumentError(
    `The content of the file is ${content === null ? 'null' : `a ${typeof content}`}; pass bytes, a Blob, a stream or text`,
  );
}
