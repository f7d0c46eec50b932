import { ArgumentError } from '../errors/argument-error.js';
import { chunksOf } from '../internal/chunks-of.js';
import { bodyOf } from '../internal/response-body.js';
import { JsonlError } from './jsonl-error.js';
import { LineSplitter, type Line } from './line-splitter.js';

/** A source of JSONL. A string is the text itself. */
export type JsonlSource =
  Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string> | Blob | string;

export interface DecodeJsonlOptions {
  /**
   * Maximum length of a line, in characters (at most one per byte). Never more than that is buffered.
   *
   * @default 67108864
   */
  readonly maxLineBytes?: number | undefined;
  /**
   * Called for a line that is not JSON, or too long; the rest is still read. Without it, such a line ends the reading with its
   * error. A promise is awaited; an error in it ends the reading.
   */
  readonly onBadLine?: ((error: JsonlError) => void | PromiseLike<void>) | undefined;
}

const defaultMaxLineBytes = 64 * 1024 * 1024;

/**
 * Read JSONL line by line, however it is split into chunks: the results of a batch job, or any other such file. Blank lines
 * are ignored, and the last line need not end with a line break. Breaking out of the loop cancels the source.
 *
 * @throws {JsonlError} for a line that is not JSON, or too long, with its number.
 * @throws {ArgumentError} for an invalid source.
 *
 * @example
 * ```ts
 * import { decodeJsonl } from 'mistral-sdk/batch';
 *
 * const text = '{"name":"Brie"}\n\n{"name":"Comté"}';
 * for await (const { name } of decodeJsonl<{ name: string }>(text)) console.log(name);
 * ```
 */
export async function* decodeJsonl<Value = unknown>(
  source: JsonlSource | PromiseLike<Response>,
  { maxLineBytes = defaultMaxLineBytes, onBadLine }: DecodeJsonlOptions = {},
): AsyncGenerator<Value, void> {
  if (!(typeof maxLineBytes === 'number' && maxLineBytes > 0))
    throw new ArgumentError('decodeJsonl(): `maxLineBytes` must be a number of bytes above 0');
  for await (const lines of linesOf(await source, maxLineBytes))
    for (const line of lines) {
      const decoded = parse(line, maxLineBytes);
      if (!(decoded instanceof JsonlError)) yield decoded as Value;
      else if (onBadLine) await onBadLine(decoded);
      else throw decoded;
    }
}

/** The lines that each chunk completes. */
async function* linesOf(source: JsonlSource, maxLineBytes: number): AsyncGenerator<readonly Line[], void> {
  const splitter = new LineSplitter(maxLineBytes);
  let isFirst = true;
  for await (const text of textOf(source)) {
    // A byte order mark is not part of the text; the decoder removes it from bytes.
    yield splitter.push(isFirst && text.startsWith('\uFEFF') ? text.slice(1) : text);
    isFirst &&= text === '';
  }
  yield splitter.end();
}

function parse({ number, text }: Line, maxLineBytes: number): unknown {
  if (text === undefined)
    return new JsonlError(number, `is longer than \`maxLineBytes\`, which is ${maxLineBytes}`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    return new JsonlError(number, 'is not JSON', { cause });
  }
}

async function* textOf(source: JsonlSource): AsyncGenerator<string, void> {
  const bytes = bytesOf(source);
  if (typeof bytes === 'string') return yield bytes;
  const decoder = new TextDecoder();
  for await (const chunk of chunksOf<unknown>(bytes)) {
    if (typeof chunk === 'string') yield chunk;
    else if (ArrayBuffer.isView(chunk)) yield decoder.decode(chunk, { stream: true });
    else throw new ArgumentError('decodeJsonl(source): the source must give bytes or text');
  }
  yield decoder.decode();
}

function bytesOf(source: JsonlSource): string | Parameters<typeof chunksOf<unknown>>[0] {
  if (typeof source === 'string') return source;
  if (source instanceof Blob) return source.stream();
  if (source instanceof Response) {
    if (source.bodyUsed)
      throw new ArgumentError('decodeJsonl(source): the response was read already, and has nothing left');
    return bodyOf(source, 'text') ?? '';
  }
  if (
    typeof source === 'object' &&
    source !== null &&
    ('getReader' in source || Symbol.asyncIterator in source)
  )
    return source;
  throw new ArgumentError(
    'decodeJsonl(source): pass a Response, a stream, an async iterable, a Blob or text',
  );
}
