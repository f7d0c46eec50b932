import { ArgumentError } from '../errors/argument-error.js';
import type { Upload } from './read-upload.js';

/** The files that the API accepts, from `x-upload` in the description. */
export interface UploadLimits {
  readonly maxBytes?: number;
  /** The extensions that files must have, by the value of another field. */
  readonly endings?: {
    readonly field: string;
    readonly values: Readonly<Record<string, readonly string[]>>;
  };
}

/** @throws {ArgumentError} for a file that the API would refuse, before anything is sent. */
export function checkUpload(
  { name, content }: Upload,
  params: Readonly<Record<string, unknown>>,
  limits: UploadLimits,
): void {
  if ('size' in content) refuseLarge(name, content.size, limits);
  if (!limits.endings) return;
  const { field, values } = limits.endings;
  const value = String(params[field]);
  const endings = Object.hasOwn(values, value) ? values[value] : undefined;
  if (endings && !endings.some((ending) => name.toLowerCase().endsWith(ending))) {
    throw new ArgumentError(`\`${name}\` must end in ${endings.join(' or ')} for \`${field}: '${value}'\``);
  }
}

/** @throws {ArgumentError} for more bytes than the API accepts. */
export function refuseLarge(name: string, size: number, { maxBytes }: UploadLimits): void {
  if (maxBytes !== undefined && size > maxBytes) {
    throw new ArgumentError(`\`${name}\` has ${size} bytes or more, and the API accepts ${maxBytes} at most`);
  }
}
