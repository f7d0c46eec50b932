import { isRecord } from '../internal/is-record.js';
import type { FileContent, NamedFile, NodeReadStream, Uploadable } from './uploadable.js';

/** Whether a value of a multipart form is a file, rather than a field. It may still lack a name. */
export const isUploadable = (value: unknown): value is Uploadable | FileContent =>
  value instanceof Blob ||
  value instanceof Response ||
  isNamedFile(value) ||
  isStream(value) ||
  value instanceof ArrayBuffer ||
  ArrayBuffer.isView(value);

/**
 * Make a `File` of what the caller gave. Streams are read to their end.
 *
 * @throws {TypeError} if nothing tells the name of the file.
 */
export async function toFile(value: Uploadable | FileContent): Promise<File> {
  if (isNamedFile(value)) {
    const { name, content, type } = value;
    return fileOf(await toParts(content), name, type ?? typeOf(content));
  }
  const name = nameOf(value);
  if (name === undefined) {
    throw new TypeError(
      'The file has no name, and the API reads the format off its ending; pass `{ name, content }`',
    );
  }
  return value instanceof File ? value : fileOf(await toParts(value), name, typeOf(value));
}

const fileOf = (parts: BlobPart[], name: string, type: string | undefined): File =>
  new File(parts, name, type ? { type } : {});

const isNamedFile = (value: unknown): value is NamedFile =>
  isRecord(value) && typeof value.name === 'string' && 'content' in value && !(value instanceof Blob);

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> =>
  isRecord(value) && (Symbol.asyncIterator in value || 'getReader' in value);

const isNodeReadStream = (value: unknown): value is NodeReadStream => isStream(value) && 'path' in value;

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
  if (content instanceof Blob) return content.type || undefined;
  return content instanceof Response ? (content.headers.get('content-type') ?? undefined) : undefined;
}

async function toParts(content: FileContent | NodeReadStream): Promise<BlobPart[]> {
  if (typeof content === 'string' || content instanceof Blob || content instanceof ArrayBuffer)
    return [content];
  if (ArrayBuffer.isView(content)) return [copyOf(content)];
  if (content instanceof Response) return [await content.blob()];
  const parts: BlobPart[] = [];
  for await (const chunk of chunksOf(content)) parts.push(typeof chunk === 'string' ? chunk : copyOf(chunk));
  return parts;
}

/** Bytes of our own: a view may be a window on a pool that others write to. */
const copyOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));

/** Read through a reader where there is one: not every browser can iterate a `ReadableStream`. */
async function* chunksOf(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array | string> {
  if (!('getReader' in source)) {
    yield* source;
    return;
  }
  const reader = source.getReader();
  for (let result = await reader.read(); !result.done; result = await reader.read()) yield result.value;
}
