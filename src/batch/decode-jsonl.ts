import { ArgumentError } from '../errors/argument-error.js';
import { chunksOf } from '../internal/chunks-of.js';
import { bodyOf } from '../internal/response-body.js';
import { JsonlError } from './jsonl-error.js';
import { LineSplitter, type Line } from './line-splitter.js';

/** What JSONL can be read from. A string is the text itself. */
export type JsonlSource =
  Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string> | Blob | string;

export interface DecodeJsonlOptions {
  /**
   * The longest line, counted in characters, of which a byte makes one at most. No more than that is ever held.
   *
   * @default 67108864
   */
  readonly maxLineBytes?: number | undefined;
  /**
   * Is told about a line that is not JSON, or too long, and the rest is read. Without it, such a line ends the
   * reading with its error. If it returns a promise, that is waited for; what it throws ends the reading.
   */
  readonly onBadLine?: ((error: JsonlError) => void | PromiseLike<void>) | undefined;
}

const defaultMaxLineBytes = 64 * 1024 * 1024;

/**
 * Read JSONL line by line, whatever the pieces in which it comes: the results of a batch job, or any other such
 * file. Blank lines say nothing, and the last line needs no end. Leaving the loop lets go of the source.
 *
 * @throws {JsonlError} for a line that is not JSON, or too long, with its number.
 * @throws {ArgumentError} if there is nothing to read from.
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

/** The lines that each chunk has ended. */
async function* linesOf(source: JsonlSource, maxLineBytes: number): AsyncGenerator<readonly Line[], void> {
  const splitter = new LineSplitter(maxLineBytes);
  let isFirst = true;
  for await (const text of textOf(source)) {
    // A mark of the byte order is not part of the text; of bytes the decoder takes it away.
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
