import { createWriteStream, openAsBlob } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { chunksOf } from '../internal/chunks-of.js';
import { bodyOf, discardBody } from '../internal/response-body.js';

export interface FileFromPathOptions {
  /**
   * The file's name for the API, which detects the format by its extension.
   *
   * @default the last segment of the path
   */
  readonly name?: string;
  /** Media type, such as `application/pdf`. */
  readonly type?: string;
}

/**
 * A file on disk, to be uploaded. It is read in chunks while it is sent, and again for a retry; it must not change meanwhile.
 *
 * @throws {ArgumentError} if the file does not exist.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { fileFromPath } from 'mistral-sdk/node';
 *
 * const mistral = new Mistral();
 * const file = await mistral.files.upload({ file: await fileFromPath('requests.jsonl'), purpose: 'batch' });
 * ```
 */
export async function fileFromPath(
  path: string,
  { name = basename(path), type = '' }: FileFromPathOptions = {},
): Promise<File> {
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is not a file');
    return new File([await openAsBlob(path, { type })], name, { type });
  } catch (cause) {
    throw new ArgumentError(`\`${path}\` cannot be uploaded: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Write a download to a file. The file is replaced only when the download is complete: until then, and if it fails, an
 * earlier file of this name stays unchanged.
 *
 * @returns the size of the file in bytes.
 * @throws {MistralError} if the download is interrupted, or the file cannot be written.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { saveToFile } from 'mistral-sdk/node';
 *
 * const mistral = new Mistral();
 * await saveToFile(mistral.files.download({ file_id }), 'results.jsonl');
 * ```
 */
export async function saveToFile(
  download: Response | PromiseLike<Response>,
  path: string,
): Promise<{ bytes: number }> {
  if (typeof path !== 'string' || path === '')
    throw new ArgumentError('saveToFile(download, path): `path` must be the path of a file');
  const response = await download;
  const unfinished = `${path}.${crypto.randomUUID()}.part`;
  try {
    const there = await stat(path).catch(() => undefined);
    // A folder, or a device that the file would replace.
    if (there?.isFile() === false) throw new Error('it is not a file');
    const body = bodyOf(response, 'bytes');
    const target = createWriteStream(unfinished, { flags: 'wx' });
    await pipeline(body ? chunksOf(body) : [], target);
    await rename(unfinished, path);
    return { bytes: target.bytesWritten };
  } catch (cause) {
    discardBody(response);
    await rm(unfinished, { force: true });
    if (MistralError.isInstance(cause)) throw cause;
    throw new MistralError(`\`${path}\` could not be written: ${(cause as Error).message}`, { cause });
  }
}
