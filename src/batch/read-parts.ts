import { ArgumentError } from '../errors/argument-error.js';
import { requireSync } from '../errors/require-sync.js';
import { checkIteratorResult } from '../errors/check-iterator-result.js';
import { isRecord } from '../internal/is-record.js';
import { isPromise, untilAborted } from '../internal/until-aborted.js';
import { writeJson } from '../transport/write-json.js';
import type { BatchConfig } from './batch-options.js';
import type { SavedJob } from './batch-state.js';

/** The requests of one job. */
export interface Part<Input> {
  /** Index of its first request. */
  readonly first: number;
  readonly inputs: readonly Input[];
  /** Its JSONL, with the line breaks. */
  readonly lines: string[];
  readonly bytes: number;
  readonly checksum: number;
  /** The job of an earlier run for it. */
  readonly saved: SavedJob | undefined;
}

interface Line<Input> extends Measure {
  readonly input: Input;
  readonly text: string;
}

/** Reads a source, and splits it into the requests of consecutive jobs. */
export class PartReader<Input> {
  readonly #config: BatchConfig;
  readonly #signal: AbortSignal;
  readonly #iterator: Iterator<Input> | AsyncIterator<Input>;
  readonly #saved: readonly SavedJob[];
  #index = 0;
  /** A request that was read, but did not fit. */
  #next: Line<Input> | undefined;
  #isReading = false;
  #isAtEnd = false;

  /** @throws {ArgumentError} if there is nothing to iterate. */
  constructor(source: Iterable<Input> | AsyncIterable<Input>, config: BatchConfig, signal: AbortSignal) {
    this.#iterator = iteratorOf(source);
    this.#config = config;
    this.#signal = signal;
    this.#saved = config.resume?.jobs ?? [];
  }

  /** Number of requests that were read. */
  get count(): number {
    return this.#index;
  }

  /**
   * Read the next part. Parts whose results were yielded in an earlier run are skipped.
   *
   * @returns `undefined` when the source has ended.
   * @throws {ArgumentError} for a request that cannot be sent, and if the requests are not those of the saved state.
   */
  async read(): Promise<Part<Input> | undefined> {
    for (;;) {
      const saved = this.#saved.find(({ first }) => first === this.#index);
      if (saved && saved.failed !== null) {
        await this.#pass(saved);
        continue;
      }
      const part = await this.#fill(saved);
      if (saved && (part.inputs.length !== saved.count || part.checksum !== saved.checksum))
        throw differ(saved);
      if (part.inputs.length > 0) return part;
      const beyond = this.#saved.find(({ first }) => first >= this.#index);
      if (beyond) throw differ(beyond);
      return undefined;
    }
  }

  /** Cancel the source. */
  async cancel(): Promise<void> {
    if (this.#isAtEnd) return;
    this.#isAtEnd = true;
    const closing = Promise.resolve(this.#iterator.return?.());
    // A busy source ends when it can; not awaited.
    if (this.#isReading) closing.catch(() => undefined);
    else await closing;
  }

  async #fill(saved: SavedJob | undefined): Promise<Part<Input>> {
    const first = this.#index;
    const { maxRequestsPerJob, maxBytesPerJob } = this.#config;
    const nextSaved = this.#saved.find((job) => job.first > first)?.first ?? Infinity;
    const maxCount = saved ? saved.count : Math.min(maxRequestsPerJob, nextSaved - first);
    const maxBytes = saved ? Infinity : maxBytesPerJob;
    const inputs: Input[] = [];
    const lines: string[] = [];
    let bytes = 0;
    let checksum = noChecksum;
    while (inputs.length < maxCount) {
      const line = await this.#line();
      if (!line) break;
      if (bytes + line.bytes > maxBytes) {
        this.#next = line;
        break;
      }
      this.#index += 1;
      bytes += line.bytes;
      checksum = mix(checksum, line.checksum);
      inputs.push(line.input);
      // Requests that were sent before are only compared.
      if (!saved) lines.push(line.text);
    }
    return { first, inputs, lines, bytes, checksum, saved };
  }

  async #line(): Promise<Line<Input> | undefined> {
    if (this.#next) {
      const next = this.#next;
      this.#next = undefined;
      return next;
    }
    const result = await this.#pull();
    return result.done ? undefined : this.#write(result.value);
  }

  /** Compares requests that already have results: a different source would get, and pay for, the wrong results. */
  async #pass(saved: SavedJob): Promise<void> {
    let checksum = noChecksum;
    for (let left = saved.count; left > 0; left -= 1) {
      const line = await this.#line();
      if (!line) throw differ(saved);
      this.#index += 1;
      checksum = mix(checksum, line.checksum);
    }
    if (checksum !== saved.checksum) throw differ(saved);
  }

  async #pull(): Promise<IteratorResult<Input>> {
    if (this.#isAtEnd) return { done: true, value: undefined };
    this.#signal.throwIfAborted();
    this.#isReading = true;
    try {
      const next = this.#iterator.next();
      const result = checkIteratorResult(
        isPromise(next) ? await untilAborted(this.#signal, next) : next,
        'runBatch()',
      );
      this.#isReading = false;
      this.#isAtEnd = result.done === true;
      return result;
    } catch (error) {
      // A failed source need not be cancelled; a slow one has to be.
      this.#isAtEnd = !this.#signal.aborted;
      throw error;
    }
  }

  #write(input: Input): Line<Input> {
    const { toRequest, maxBytesPerJob } = this.#config;
    const index = this.#index;
    // The overloads of `runBatch` guarantee the type.
    const body: unknown = toRequest
      ? requireSync(toRequest(input as never, index), `Request ${index}: \`toRequest\``)
      : input;
    if (!isRecord(body))
      throw new ArgumentError(`Request ${index} must be an object, the body of the request`);
    if (body.stream === true)
      throw new ArgumentError(`Request ${index}: \`stream\` is not possible in a batch`);
    const text = `{"custom_id":"${index}","body":${jsonOf(body, index)}}\n`;
    const measured = measure(text);
    if (measured.bytes > maxBytesPerJob)
      throw new ArgumentError(
        `Request ${index} has ${measured.bytes} bytes, and a job may have ${maxBytesPerJob}, its \`maxBytesPerJob\``,
      );
    return { input, text, ...measured };
  }
}

function iteratorOf<Input>(
  source: Iterable<Input> | AsyncIterable<Input>,
): Iterator<Input> | AsyncIterator<Input> {
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
    if (Symbol.iterator in source) return source[Symbol.iterator]();
  }
  throw new ArgumentError('runBatch(): `requests` must be an array or an iterable of requests');
}

function jsonOf(body: object, index: number): string {
  try {
    return writeJson(body);
  } catch (cause) {
    throw ArgumentError.isInstance(cause)
      ? new ArgumentError(`Request ${index}: ${cause.message}`, { cause })
      : cause;
  }
}

const differ = ({ first, count, job_id }: SavedJob): ArgumentError =>
  new ArgumentError(
    `Requests ${first} to ${first + count - 1} are not those of job ${job_id} in the state to \`resume\`; pass the same requests in the same order`,
  );

interface Measure {
  /** Length in UTF-8. */
  readonly bytes: number;
  readonly checksum: number;
}

/** Without encoding the text. JSON has no lone surrogates here, so each surrogate is two bytes. */
function measure(text: string): Measure {
  let bytes = text.length;
  let checksum = noChecksum;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
    checksum = mix(checksum, unit);
  }
  return { bytes, checksum };
}

/** FNV-1a over UTF-16 units and then over lines: enough to detect a mistake. */
const mix = (checksum: number, value: number): number => Math.imul(checksum ^ value, 0x01000193) >>> 0;
const noChecksum = 0x811c9dc5;
