import type {
  FileContent,
  NamedFile,
  NodeReadStream,
  OfficialFile,
  Uploadable,
} from '../../generated/params.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isArrayBuffer } from '../internal/is-array-buffer.js';
import { isRecord } from '../internal/is-record.js';
import { bodyOf, readerOf, type ReadableBody } from '../internal/response-body.js';
import { markUsed, refuseUsed } from './refuse-used.js';

/** A file to upload. */
export interface Upload {
  readonly name: string;
  /** Media type; empty if unknown. */
  readonly type: string;
  /** Bytes, or a source of chunks: readable once or, if the size is known, repeatedly. */
  readonly content: Blob | ReadableBody | ReplayableBody;
}

/** A Blob of another realm, which cannot be part of the runtime's own Blob. */
export interface ReplayableBody extends ReadableBody {
  readonly size: number;
}

/** Whether a value of a multipart form is a file, rather than a field. It may still lack a name. */
export const isUploadable = (value: unknown): value is Uploadable | FileContent =>
  isBlob(value) ||
  isResponse(value) ||
  isNamedFile(value) ||
  isSource(value) ||
  isArrayBuffer(value) ||
  ArrayBuffer.isView(value);

/**
 * Read the caller's file: its name, type and bytes. Bytes are copied, streams are not read yet.
 *
 * @throws {ArgumentError} if the file has no name, its type is invalid, or its bytes were read before.
 */
export function readUpload(value: Uploadable | FileContent): Upload {
  const content = isNamedFile(value) ? value.content : value;
  const name = isNamedFile(value) ? givenName(value) : nameOf(value);
  if (name === undefined || name === '') {
    throw new ArgumentError(
      'The file has no name, and the API detects the format by its extension; pass `{ name, content }`',
    );
  }
  const type = (isNamedFile(value) && 'type' in value ? value.type : undefined) ?? typeOf(content) ?? '';
  if (!/^[\x20-\x7e]*$/.test(type)) {
    throw new ArgumentError('The `type` of the file must be a media type, such as `application/pdf`');
  }
  return { name, type, content: bytesOf(content) };
}

// Files are recognized by structure, not by `instanceof`: test runners, server frameworks and polyfills have their own
// classes.

type BlobLike = Pick<Blob, 'size' | 'type' | 'slice' | 'arrayBuffer'> & Partial<Pick<Blob, 'stream'>>;

const isBlob = (value: unknown): value is BlobLike =>
  value instanceof Blob ||
  (isRecord(value) &&
    typeof value.size === 'number' &&
    typeof value.arrayBuffer === 'function' &&
    typeof value.slice === 'function');

const isResponse = (value: unknown): value is Response =>
  isRecord(value) &&
  typeof value.status === 'number' &&
  typeof value.arrayBuffer === 'function' &&
  isRecord(value.headers);

const isNamedFile = (value: unknown): value is NamedFile | OfficialFile =>
  isRecord(value) &&
  (typeof value.name === 'string' || typeof value.fileName === 'string') &&
  'content' in value &&
  !isBlob(value);

const givenName = (file: NamedFile | OfficialFile): string => ('name' in file ? file.name : file.fileName);

type Source = ReadableBody | AsyncIterable<unknown>;

const isSource = (value: unknown): value is Source =>
  isRecord(value) && (Symbol.asyncIterator in value || 'getReader' in value);

const isNodeReadStream = (value: unknown): value is NodeReadStream => isSource(value) && 'path' in value;

function nameOf(value: unknown): string | undefined {
  if (isBlob(value)) return 'name' in value && typeof value.name === 'string' ? value.name : undefined;
  if (isResponse(value)) return nameInURL(value.url);
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
  if (isBlob(content)) return content.type;
  return isResponse(content) ? (content.headers.get('content-type') ?? undefined) : undefined;
}

function bytesOf(content: unknown): Upload['content'] {
  if (content instanceof Blob) return content;
  if (isBlob(content)) {
    const { size } = content;
    return { size, getReader: () => sourceOf(content.stream?.() ?? inOne(content)).getReader() };
  }
  if (isResponse(content)) {
    if (content.bodyUsed)
      throw new ArgumentError('The response was read already, and has no bytes left to upload');
    const body = bodyOf(content, 'bytes');
    return body ? sourceOf(body) : new Blob();
  }
  if (isSource(content)) return sourceOf(content);
  // A view may be part of a pool that others write to; a Blob copies only its range.
  if (typeof content === 'string' || isArrayBuffer(content) || ArrayBuffer.isView(content))
    return new Blob([content as BlobPart]);
  throw new ArgumentError(
    `The content of the file is ${content === null ? 'null' : `a ${typeof content}`}; pass bytes, a Blob, a stream or text`,
  );
}

/** @throws {ArgumentError} for a source that was read before, checked now and again when reading starts. */
function sourceOf(source: Source): ReadableBody {
  refuseUsed(source);
  return {
    getReader() {
      refuseUsed(source);
      markUsed(source);
      return 'getReader' in source ? source.getReader() : readerOf(source, source[Symbol.asyncIterator]());
    },
  };
}

async function* inOne(blob: BlobLike): AsyncGenerator<ArrayBuffer> {
  yield blob.arrayBuffer();
}
