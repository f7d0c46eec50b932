import { isUploadable, toFile } from './to-file.js';

/**
 * Write parameters as a multipart form: a list repeats its name, `null` and `undefined` are left out, an
 * object that is no file travels as JSON.
 *
 * @throws {TypeError} if a file has no name.
 */
export async function toFormData(params: Readonly<Record<string, unknown>>): Promise<FormData> {
  const form = new FormData();
  for (const [name, value] of Object.entries(params)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === null || item === undefined) continue;
      form.append(name, isUploadable(item) ? await namedFile(name, item) : textOf(item));
    }
  }
  return form;
}

async function namedFile(field: string, value: Parameters<typeof toFile>[0]): Promise<File> {
  try {
    return await toFile(value);
  } catch (cause) {
    throw cause instanceof TypeError ? new TypeError(`\`${field}\`: ${cause.message}`, { cause }) : cause;
  }
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
