import type { OCRRequest, OCRResponse } from '../../generated/types.gen.js';
import { checkCount, checkOptions } from '../concurrency/check-options.js';
import { mapConcurrent } from '../concurrency/map-concurrent.js';
import { ArgumentError } from '../errors/argument-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { fromHere } from '../errors/caller.js';
import { idOf } from '../errors/id-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { isRecord } from '../internal/is-record.js';
import type { Uploadable } from '../../generated/params.gen.js';
import { CleanupError } from './cleanup-error.js';
import { joinAnswers, withNumbers } from './join-answers.js';
import { pageRanges } from './page-ranges.js';

/** What {@link ocrFile} needs of a client. */
export interface OcrClient {
  readonly files: {
    upload(
      params: { readonly file: Uploadable; readonly purpose: 'ocr' },
      options: { readonly signal: AbortSignal | undefined },
    ): PromiseLike<{ readonly id: string }>;
    delete(
      params: { readonly file_id: string },
      options: { readonly timeoutMs: number; readonly maxRetries: number },
    ): PromiseLike<unknown>;
  };
  readonly ocr: {
    process(
      params: OCRRequest,
      options: { readonly signal: AbortSignal | undefined },
    ): PromiseLike<OCRResponse>;
  };
}

/** The fields of an OCR request, without the document. */
export interface OcrParams extends Omit<OCRRequest, 'document'> {}

/** Options of {@link ocrFile}. */
export interface OcrFileOptions {
  /**
   * How many pages the document has, if you know: then it is read by ranges. The API does not tell beforehand.
   *
   * @default all pages are read by one request
   */
  readonly pageCount?: number | undefined;
  /**
   * The most pages of one request, if it is known which there are: by `pageCount` or by `pages` among the parameters.
   *
   * @default 100
   */
  readonly pagesPerRequest?: number | undefined;
  /**
   * How many ranges are read at once.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /** Ends everything. What was uploaded is deleted all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** The answer of the API, all ranges in one. */
export interface OcrAnswer extends OCRResponse {
  /** Pages that were asked for by number and did not come: most likely the document ends before them. */
  readonly missingPages: readonly number[];
  /** Present if the uploaded file could not be deleted. */
  readonly cleanupError?: CleanupError;
}

/**
 * Read a file: upload it, process it, and delete it again, also after a failure or an abort.
 *
 * If it is known which pages there are, a long document is read by ranges, several at once, and put together again:
 * `index` is a page's number in the document, from 0. `image_limit` then holds for each range.
 *
 * The deletion takes up to 20 seconds, for which a failure and an abort wait. If it fails, the result has a
 * `cleanupError`, and so has the error that is thrown, if the reading failed, too.
 *
 * @param mistral - The client.
 * @param file - A file to upload, or a document that is there: `{ type: 'file', file_id }`, or a `document_url` or
 * `image_url`, which may be a signed URL. Such a one is not deleted.
 * @throws {ArgumentError} if options contradict each other or cannot be right, before anything is uploaded.
 * @throws what the calls throw. If ranges were read before, they are the error's `partial`, put together.
 *
 * @example
 * ```ts
 * import { markdown, ocrFile } from 'mistral-sdk/documents';
 *
 * const file = { name: 'report.pdf', content: new Blob(['%PDF-1.7 …']) };
 * const answer = await ocrFile(mistral, file, { model: 'mistral-ocr-latest' });
 * console.log(markdown(answer));
 * ```
 */
export function ocrFile(
  mistral: OcrClient,
  file: Uploadable | OCRRequest['document'],
  params: OcrParams,
  options: OcrFileOptions = {},
): Promise<OcrAnswer> {
  return fromHere(() => readFile(mistral, file, params, options));
}

async function readFile(
  mistral: OcrClient,
  file: Uploadable | OCRRequest['document'],
  params: OcrParams,
  options: OcrFileOptions,
): Promise<OcrAnswer> {
  checkOptions(owner, options, ['pageCount', 'pagesPerRequest', 'concurrency', 'signal']);
  if (!isRecord(params)) throw new ArgumentError(`${owner}: \`params\` must be an object, such as { model }`);
  const { pageCount, pagesPerRequest = 100, concurrency = 4, signal } = options;
  if (pageCount !== undefined) checkCount(owner, 'pageCount', pageCount);
  checkCount(owner, 'pagesPerRequest', pagesPerRequest);
  checkCount(owner, 'concurrency', concurrency);
  if (pageCount !== undefined && params.pages)
    throw new ArgumentError(`${owner}: \`pages\` says which pages to read; leave out \`pageCount\``);
  const ranges = pageRanges(owner, { pages: params.pages, pageCount, pagesPerRequest });
  if (ranges && ranges.length > 1 && params.document_annotation_format)
    throw new ArgumentError(
      `${owner}: \`document_annotation_format\` is about the whole document, which would be read by ${ranges.length} requests. Raise \`pagesPerRequest\`, or ask for fewer pages`,
    );

  const ask = async (request: OCRRequest, to: AbortSignal | undefined): Promise<OCRResponse> => {
    const answer = await untilCallerAborts(to, mistral.ocr.process(request, { signal: to }));
    if (!Array.isArray(answer?.pages)) throw new MistralError(`${owner}: the response has no \`pages\``);
    return answer;
  };
  const read = async (document: OCRRequest['document']): Promise<OcrAnswer> => {
    if (!ranges) return { ...(await ask({ ...params, document }, signal)), missingPages: [] };
    const answers: OCRResponse[] = [];
    const reading = mapConcurrent(
      ranges,
      async (pages, context) => withNumbers(await ask({ ...params, document, pages }, context.signal), pages),
      { concurrency, signal },
    );
    try {
      for await (const answer of reading) answers.push(answer);
    } catch (error) {
      if (answers.length > 0) attachPartial(error, joinAnswers(answers));
      throw error;
    }
    const answer = joinAnswers(answers);
    const there = new Set(answer.pages.map(({ index }) => index));
    return { ...answer, missingPages: ranges.flat().filter((page) => !there.has(page)) };
  };

  if (isDocument(file)) return read(file);
  const uploading = mistral.files.upload({ file, purpose: 'ocr' }, { signal });
  const uploaded = (given: unknown) => idOf(given, `${owner}: the file`);
  const late = async (given: unknown) => deleteFile(mistral, uploaded(given));
  const id = uploaded(await untilCallerAborts(signal, uploading, late));
  let answer: OcrAnswer;
  try {
    answer = await read({ type: 'file', file_id: id });
  } catch (error) {
    const cleanupError = await deleteFile(mistral, id);
    // Not of an error that is frozen: it says more than what would be thrown instead.
    if (cleanupError && error instanceof Error)
      Reflect.defineProperty(error, 'cleanupError', { value: cleanupError, configurable: true });
    throw error;
  }
  const cleanupError = await deleteFile(mistral, id);
  return cleanupError ? { ...answer, cleanupError } : answer;
}

const owner = 'ocrFile()';

const isDocument = (file: Uploadable | OCRRequest['document']): file is OCRRequest['document'] =>
  isRecord(file) && (file.type === 'file' || file.type === 'document_url' || file.type === 'image_url');

/** Without the caller's signal: when it has aborted, the file is still there. */
async function deleteFile({ files }: OcrClient, file_id: string): Promise<CleanupError | undefined> {
  try {
    await files.delete({ file_id }, { timeoutMs: 10_000, maxRetries: 1 });
    return undefined;
  } catch (cause) {
    return new CleanupError(file_id, { cause });
  }
}
