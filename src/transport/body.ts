/**
 * Write a request body: forms and bytes as they are, anything else as JSON.
 *
 * @throws {TypeError} if the value has no JSON, for one because it refers to itself.
 */
export function writeBody(body: unknown): BodyInit | undefined {
  if (body === undefined) return undefined;
  if (body instanceof FormData || body instanceof Blob) return body;
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new TypeError(`The parameters cannot be written as JSON: ${(cause as Error).message}`, { cause });
  }
}
