import type { OCRRequest, OCRResponse } from '../../generated/types.gen.js';
import { checkCount, checkOptions } from '../concurrency/check-options.js';
import { mapConcurrent } from '../concurrency/map-concurrent.js';
import { ArgumentError } from '../errors/argument-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { withCallerStack } from '../errors/caller.js';
import { idOf } from '../errors/id-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { isRecord } from '../internal/is-record.js';
import type { Uploadable } from '../../generated/params.gen.js';
import { CleanupError } from './cleanup-error.js';
import { mergeResponses, withNumbers } from './merge-responses.js';
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
   * The number of pages of the document, if known: then it is read by ranges. The API does not report it beforehand.
   *
   * @default unknown: one request reads all pages
   */
  readonly pageCount?: number | undefined;
  /**
   * Maximum number of pages of one request, if `pageCount` or an array of `pages` is given.
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
  /** Aborts everything. An uploaded file is still deleted. */
  readonly signal?: AbortSignal | undefined;
}

/** The API's response, with all ranges merged. */
export interface OcrFileResult extends OCRResponse {
  /** Pages that were requested by number and are not in the response: most likely the document is shorter. */
  readonly missingPages: readonly number[];
  /** Present if the uploaded file could not be deleted. */
  readonly cleanupError?: CleanupError;
}

/**
 * Read a file: upload it, process it, and delete it again, also after a failure or an abort.
 *
 * If the pages are known, a long document is read by ranges, several at once, which are merged: `index` is a page's number in
 * the document, from 0. `image_limit` then applies to each range.
 *
 * Failures and aborts wait for the deletion, 20 seconds at most. If it fails, the result has a `cleanupError`, and so has
 * the thrown error if reading failed, too.
 *
 * @param mistral - The client.
 * @param file - A file to upload, or an existing document, which is not deleted: `{ type: 'file', file_id }`, or a
 * `document_url` or `image_url`, which may be a signed URL.
 * @throws {ArgumentError} if options are invalid or contradict each other, before anything is uploaded.
 * @throws what the calls throw. If ranges were read before, they are the error's `partial`, merged.
 *
 * @example
 * ```ts
 * import { markdown, ocrFile } from 'mistral-sdk/documents';
 *
 * const file = { name: 'report.pdf', content: new Blob(['%PDF-1.7 …']) };
 * const document = await ocrFile(mistral, file, { model: 'mistral-ocr-latest' });
 * console.log(markdown(document));
 * ```
 */
export function ocrFile(
  mistral: OcrClient,
  file: Uploadable | OCRRequest['document'],
  params: OcrParams,
  options: OcrFileOptions = {},
): Promise<OcrFileResult> {
  return withCallerStack(() => readFile(mistral, file, params, options));
}

async function readFile(
  mistral: OcrClient,
  file: Uploadable | OCRRequest['document'],
  params: OcrParams,
  options: OcrFileOptions,
): Promise<OcrFileResult> {
  checkOptions(owner, options, ['pageCount', 'pagesPerRequest', 'concurrency', 'signal']);
  if (!isRecord(params)) throw new ArgumentError(`${owner}: \`params\` must be an object, such as { model }`);
  const { pageCount, pagesPerRequest, concurrency = 4, signal } = options;
  if (pageCount !== undefined) checkCount(owner, 'pageCount', pageCount);
  if (pagesPerRequest !== undefined) checkCount(owner, 'pagesPerRequest', pagesPerRequest);
  checkCount(owner, 'concurrency', concurrency);
  if (pageCount !== undefined && params.pages)
    throw new ArgumentError(`${owner}: \`pages\` says which pages to read; leave out \`pageCount\``);
  const ranges = pageRanges(owner, { pages: params.pages, pageCount, pagesPerRequest });
  if (ranges && ranges.length > 1 && params.document_annotation_format)
    throw new ArgumentError(
      `${owner}: \`document_annotation_format\` is about the whole document, which would be read by ${ranges.length} requests. Raise \`pagesPerRequest\`, or ask for fewer pages`,
    );

  const ask = async (request: OCRRequest, to: AbortSignal | undefined): Promise<OCRResponse> => {
    const response = await untilCallerAborts(to, mistral.ocr.process(request, { signal: to }));
    if (!Array.isArray(response?.pages)) throw new MistralError(`${owner}: the response has no \`pages\``);
    return response;
  };
  const read = async (document: OCRRequest['document']): Promise<OcrFileResult> => {
    if (!ranges) return { ...(await ask({ ...params, document }, signal)), missingPages: [] };
    const responses: OCRResponse[] = [];
    const reading = mapConcurrent(
      ranges,
      async (pages, context) => withNumbers(await ask({ ...params, document, pages }, context.signal), pages),
      { concurrency, signal },
    );
    try {
      for await (const response of reading) responses.push(response);
    } catch (error) {
      if (responses.length > 0) attachPartial(error, mergeResponses(responses));
      throw error;
    }
    const merged = mergeResponses(responses);
    const received = new Set(merged.pages.map(({ index }) => index));
    return { ...merged, missingPages: ranges.flat().filter((page) => !received.has(page)) };
  };

  if (isDocument(file)) return read(file);
  const uploading = mistral.files.upload({ file, purpose: 'ocr' }, { signal });
  const uploaded = (given: unknown) => idOf(given, `${owner}: the file`);
  const late = async (given: unknown) => deleteFile(mistral, uploaded(given));
  const id = uploaded(await untilCallerAborts(signal, uploading, late));
  let result: OcrFileResult;
  try {
    result = await read({ type: 'file', file_id: id });
  } catch (error) {
    const cleanupError = await deleteFile(mistral, id);
    // Defining it on a frozen error would throw, and hide that error.
    if (cleanupError && error instanceof Error)
      Reflect.defineProperty(error, 'cleanupError', { value: cleanupError, configurable: true });
    throw error;
  }
  const cleanupError = await deleteFile(mistral, id);
  return cleanupError ? { ...result, cleanupError } : result;
}

const owner = 'ocrFile()';

const isDocument = (file: Uploadable | OCRRequest['document']): file is OCRRequest['document'] =>
  isRecord(file) && (file.type === 'file' || file.type === 'document_url' || file.type === 'image_url');

/** Without the caller's signal: the file is also deleted after an abort. */
async function deleteFile({ files }: OcrClient, file_id: string): Promise<CleanupError | undefined> {
  try {
    await files.delete({ file_id }, { timeoutMs: 10_000, maxRetries: 1 });
    return undefined;
  } catch (cause) {
    return new CleanupError(file_id, { cause });
  }
}
