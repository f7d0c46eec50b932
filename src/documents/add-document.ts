import type { Document } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { withCallerStack } from '../errors/caller.js';
import { requireSync } from '../errors/require-sync.js';
import { idOf } from '../errors/id-of.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { isRecord } from '../internal/is-record.js';
import type { Uploadable } from '../../generated/params.gen.js';
import { waitFor, type Ended } from '../waiting/wait-for.js';
import { checkWaitOptions, type Timing, type WaitOptions } from '../waiting/poll.js';

/** The methods that {@link addDocument} needs: those of `mistral.beta.libraries.documents`. */
export interface LibraryDocuments {
  upload(
    params: { readonly library_id: string; readonly file: Uploadable },
    options: { readonly signal: AbortSignal | undefined },
  ): {
    withResponse(): PromiseLike<{ readonly data: Document; readonly response: Pick<Response, 'status'> }>;
  };
  get(
    params: { readonly library_id: string; readonly document_id: string },
    options: { readonly signal: AbortSignal },
  ): PromiseLike<Document>;
}

/** A document of a library that can be searched. */
export interface AddedDocument {
  readonly document: Ended<Document>;
  /** Whether the library already had a document with the same content, which is this one. */
  readonly isDuplicate: boolean;
}

/**
 * Upload a file to a library, and wait until it is processed and can be searched.
 *
 * @param documents - `mistral.beta.libraries.documents`.
 * @param options - How to wait. `timeoutMs` starts after the upload.
 * @throws {JobFailedError} if the processing failed, with the document as `job`. A library has a document once, so
 * uploading it again gives the failed one: reprocess or delete it.
 * @throws {TimeoutError} after `timeoutMs`. The processing continues.
 * @throws {AbortError} when the signal aborts. After the upload, the processing continues.
 * @throws {ArgumentError} for an invalid option, before anything is sent.
 *
 * @example
 * ```ts
 * import { addDocument } from 'mistral-sdk/documents';
 *
 * const { id: library_id } = await mistral.beta.libraries.create({ name: 'Cheese' });
 * const file = { name: 'brie.txt', content: 'Brie is soft.' };
 * const { document, isDuplicate } = await addDocument(mistral.beta.libraries.documents, { library_id, file });
 * console.log(document.id, isDuplicate);
 * ```
 */
export function addDocument(
  documents: LibraryDocuments,
  params: { readonly library_id: string; readonly file: Uploadable },
  options: WaitOptions<Document> = {},
  timing: Partial<Timing> = {},
): Promise<AddedDocument> {
  return withCallerStack(() => add(documents, params, options, timing));
}

async function add(
  documents: LibraryDocuments,
  params: { readonly library_id: string; readonly file: Uploadable },
  options: WaitOptions<Document>,
  timing: Partial<Timing>,
): Promise<AddedDocument> {
  const owner = 'addDocument()';
  if (typeof (documents as Partial<LibraryDocuments> | undefined)?.upload !== 'function')
    throw new ArgumentError(`${owner}: the first argument must be \`mistral.beta.libraries.documents\``);
  if (!isRecord(params))
    throw new ArgumentError(`${owner}: \`params\` must be an object, { library_id, file }`);
  checkWaitOptions(owner, options);
  const { library_id, file } = params;
  const upload = documents.upload({ library_id, file }, { signal: options.signal });
  if (typeof (upload as Partial<typeof upload> | undefined)?.withResponse !== 'function') {
    requireSync<unknown>(upload, `${owner}: \`upload\``);
    throw new ArgumentError(`${owner}: \`upload\` must return what has \`withResponse()\``);
  }
  // A test double may not return what its type says.
  const received: { data?: Document; response?: Pick<Response, 'status'> } | undefined =
    await untilCallerAborts(options.signal, upload.withResponse());
  const document_id = idOf(received?.data, `${owner}: the document`);
  const document = await waitFor(documents, { library_id, document_id }, options, timing);
  return { document, isDuplicate: received?.response?.status === 200 };
}
