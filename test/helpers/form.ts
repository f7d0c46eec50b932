import { writeMultipart, type MultipartOptions } from '../../src/uploads/write-multipart.js';

/** A form as a server reads it. */
export async function formOf(
  params: Readonly<Record<string, unknown>>,
  options: Partial<MultipartOptions> = {},
): Promise<FormData> {
  const body = await writeMultipart(params, { writeJson: JSON.stringify, ...options });
  const [bytes, type] = body instanceof Blob ? [body, body.type] : [body.open(), body.contentType];
  return new Response(bytes, { headers: { 'content-type': type } }).formData();
}

/** A file as a server reads it. */
export const sentFile = async (file: unknown): Promise<File> => (await formOf({ file })).get('file') as File;
