import { ArgumentError } from '../errors/argument-error.js';
import { unboxed } from '../internal/serialization-advice.js';
import type { StreamedBody } from '../internal/streamed-body.js';
import { chunksOf } from '../internal/chunks-of.js';
import { lazyPromise } from '../internal/lazy-promise.js';
import { SourceReader, startSource, type SourceStart } from './read-source.js';
import { isUploadable, readUpload, type ReplayableBody, type Upload } from './read-upload.js';
import { checkUpload, refuseLarge, type UploadLimits } from './upload-limits.js';

export interface MultipartOptions {
  /** Serializes objects that are not files. */
  readonly writeJson: (value: unknown) => string;
  readonly signal?: AbortSignal | undefined;
  /** The fields that accept only files. */
  readonly files?: readonly string[] | undefined;
  /** What the API accepts, from `x-upload` in the description. */
  readonly limits?: UploadLimits | undefined;
}

/** Streams up to this size are buffered, so that they can be sent again for a retry. */
const maxKeptBytes = 4 * 1024 * 1024;

type Part = string | Blob | Upload;

/**
 * Write parameters as a multipart form: a list repeats its name, `null` and `undefined` are omitted, an object that is not a
 * file is sent as JSON.
 *
 * The form is a `Blob` of blobs, so that files stay on disk until they are sent. With a stream that is too large to buffer,
 * it is a stream itself, which can be sent only once. No stream is read before the form is awaited.
 *
 * @throws {ArgumentError} if a file has no name, or the API would refuse it.
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
export function writeMultipart(
  params: Readonly<Record<string, unknown>>,
  { writeJson, signal, files = [], limits }: MultipartOptions,
): Blob | PromiseLike<Blob | StreamedBody> {
  const boundary = `mistral-sdk-${randomHex()}`;
  const parts: Part[] = [];
  for (const [field, value] of Object.entries(params)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === null || item === undefined) continue;
      const disposition = `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(field)}"`;
      if (isUploadable(item)) {
        const upload = uploadOf(field, item);
        if (limits) checkUpload(upload, params, limits);
        const type = upload.type || 'application/octet-stream';
        parts.push(`${disposition}; filename="${escaped(upload.name)}"\r\ncontent-type: ${type}\r\n\r\n`);
        parts.push(upload.content instanceof Blob ? upload.content : upload, '\r\n');
      } else {
        if (files.includes(field)) throw new ArgumentError(noFile(field, item));
        parts.push(`${disposition}\r\n\r\n${textOf(field, item, writeJson)}\r\n`);
      }
    }
  }
  parts.push(`--${boundary}--\r\n`);
  const contentType = `multipart/form-data; boundary=${boundary}`;
  return parts.every(isWhole)
    ? new Blob(parts, { type: contentType })
    : lazyPromise(() => withStreams(parts, contentType, limits, signal));
}

/** Not `crypto.randomUUID()`, which pages have only over HTTPS. */
const randomHex = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const isWhole = (part: Part | SourceStart): part is string | Blob =>
  typeof part === 'string' || part instanceof Blob;

async function withStreams(
  parts: readonly Part[],
  contentType: string,
  limits: UploadLimits | undefined,
  signal: AbortSignal | undefined,
): Promise<Blob | StreamedBody> {
  const started: StartedPart[] = [];
  for (const part of parts) started.push(isWhole(part) ? part : await start(part, limits, signal));
  if (started.every((part) => isWhole(part as Part)))
    return new Blob(started as BlobPart[], { type: contentType });
  return {
    contentType,
    byteLength: byteLengthOf(started),
    replayable: started.every((part) => !isStarted(part)),
    open: () => streamOf(bytesOf(started, limits, signal)),
  };
}

interface StartedUpload extends SourceStart {
  readonly name: string;
}

interface ReplayableUpload {
  readonly name: string;
  readonly content: ReplayableBody;
}

type StartedPart = string | Blob | StartedUpload | ReplayableUpload;

const isStarted = (part: StartedPart): part is StartedUpload =>
  typeof part === 'object' && 'beginning' in part;

/** `undefined` if a part's size is known only after it was sent. */
function byteLengthOf(parts: readonly StartedPart[]): number | undefined {
  let byteLength = 0;
  for (const part of parts) {
    if (isStarted(part)) return undefined;
    if (typeof part === 'string') byteLength += new TextEncoder().encode(part).byteLength;
    else byteLength += part instanceof Blob ? part.size : part.content.size;
  }
  return byteLength;
}

async function start(
  { name, content }: Upload,
  limits: UploadLimits | undefined,
  signal: AbortSignal | undefined,
): Promise<Blob | StartedUpload | ReplayableUpload> {
  const source = content as Exclude<Upload['content'], Blob>;
  // Read when it is sent, for each attempt.
  if ('size' in source && source.size > maxKeptBytes) return { name, content: source };
  const { beginning, rest } = await startSource(source, name, maxKeptBytes, signal);
  const whole = new Blob([...beginning]);
  if (limits && !rest) refuseLarge(name, whole.size, limits);
  return rest ? { name, beginning, rest } : whole;
}

async function* bytesOf(
  parts: readonly StartedPart[],
  limits: UploadLimits | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    if (typeof part === 'string') yield new TextEncoder().encode(part);
    else if (part instanceof Blob) yield* chunksOf<Uint8Array<ArrayBuffer>>(part.stream());
    else if (isStarted(part)) yield* counted(part, limits);
    else {
      const { name, content } = part;
      yield* counted(
        { name, beginning: [], rest: new SourceReader(content.getReader(), name, signal) },
        limits,
      );
    }
  }
}

/** The size of a stream is checked while it is sent. */
async function* counted(
  { name, beginning, rest }: StartedUpload,
  limits: UploadLimits | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let size = 0;
  try {
    for (const chunk of beginning) {
      size += chunk.byteLength;
      yield chunk;
    }
    for (let chunk = await rest!.read(); chunk; chunk = await rest!.read()) {
      size += chunk.byteLength;
      if (limits) refuseLarge(name, size, limits);
      yield chunk;
    }
  } finally {
    rest?.close();
  }
}

/** Reads at most one chunk ahead; cancelling it cancels the sources. */
const streamOf = (chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );

/** Escapes names as browsers do. */
const escaped = (name: string): string =>
  name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');

function noFile(field: string, value: unknown): string {
  const forms =
    'a File, a read stream, a Response of a URL, or `{ name, content }` with bytes, a Blob, a stream or text';
  const path =
    typeof value === 'string' ? '; for a path, `await fileFromPath(path)` of mistral-sdk/node' : '';
  return `\`${field}\` is ${typeof value === 'object' ? 'an object' : `a ${typeof value}`}, not a file; pass ${forms}${path}`;
}

function uploadOf(field: string, value: Parameters<typeof readUpload>[0]): Upload {
  try {
    return readUpload(value);
  } catch (cause) {
    throw ArgumentError.isInstance(cause)
      ? new ArgumentError(`\`${field}\`: ${cause.message}`, { cause })
      : cause;
  }
}

function textOf(field: string, given: unknown, writeJson: (value: unknown) => string): string {
  const value = unboxed(given);
  if (typeof value === 'string' || typeof value === 'bigint') return String(value);
  try {
    const json = writeJson(value);
    // A value that is a string in JSON, such as a date, is plain text in a form.
    return typeof value === 'object' && json.startsWith('"') ? (JSON.parse(json) as string) : json;
  } catch (cause) {
    throw ArgumentError.isInstance(cause)
      ? new ArgumentError(`\`${field}\`: ${cause.message}`, { cause })
      : cause;
  }
}
