import { createWriteStream, openAsBlob } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { chunksOf } from '../internal/chunks-of.js';
import { bodyOf } from '../internal/response-body.js';

export interface FileFromPathOptions {
  /**
   * The name that the API is to know the file by; it reads the format off its ending.
   *
   * @default the last part of the path
   */
  readonly name?: string;
  /** Media type, such as `application/pdf`. */
  readonly type?: string;
}

/**
 * A file on the disk, to be uploaded. It is read while it is sent, piece by piece, and again if the request is
 * sent again; it must not change meanwhile.
 *
 * @throws {ArgumentError} if there is no file at the path.
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
    if (!(await stat(path)).isFile()) throw new Error('it is no file');
    return new File([await openAsBlob(path, { type })], name, { type });
  } catch (cause) {
    throw new ArgumentError(`\`${path}\` cannot be uploaded: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Write a download to a file. It gets its name when it is whole: until then, and if the download breaks off,
 * there is no file of this name, or the one that was there before.
 *
 * @returns how many bytes the file has.
 * @throws {MistralError} if the download breaks off, or the file cannot be written.
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
  const body = bodyOf(await download, 'bytes');
  const unfinished = `${path}.${crypto.randomUUID()}.part`;
  const target = createWriteStream(unfinished, { flags: 'wx' });
  try {
    await pipeline(body ? chunksOf(body) : [], target);
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    if (MistralError.isInstance(cause)) throw cause;
    throw new MistralError(`\`${path}\` could not be written: ${(cause as Error).message}`, { cause });
  }
  return { bytes: target.bytesWritten };
}
