import { toBase64 } from '../internal/encode-base64.js';
import { decodeBase64 } from '../internal/decode-base64.js';
import { exactJson } from './exact-json.js';
import type { Bytes } from './lazy-body.js';
import type { RecordedBody, RecordedPart } from './recording.js';
import { textIn } from './scrub-secrets.js';

/** A body in its most readable form; `undefined` for none. */
export async function recordBody(bytes: Bytes, contentType: string): Promise<RecordedBody | undefined> {
  if (bytes.byteLength === 0) return undefined;
  if (/^multipart\/form-data\b/i.test(contentType)) {
    const form = await formOf(bytes, contentType);
    if (form) return { form };
  }
  const text = textIn(bytes);
  if (text === undefined) return { base64: toBase64(bytes) };
  // What says that it is JSON may be text, and numbers must stay what they are.
  const json = /[/+]json\b/i.test(contentType) ? exactJson(text) : undefined;
  return json === undefined ? { text } : { json };
}

/** The bytes of a body that was recorded whole. */
export function replayBody(body: RecordedBody | undefined): Bytes | null {
  if (body === undefined) return null;
  if ('base64' in body) return decodeBase64(body.base64) ?? new Uint8Array();
  const text = 'json' in body ? JSON.stringify(body.json) : 'text' in body ? body.text : '';
  return new TextEncoder().encode(text);
}

async function formOf(bytes: Bytes, contentType: string): Promise<RecordedPart[] | undefined> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    const parts: RecordedPart[] = [];
    for (const [name, value] of form) {
      if (typeof value === 'string') parts.push({ name, text: value });
      else parts.push(await fileOf(name, value));
    }
    return parts;
  } catch {
    // It is cut off, say: what is no form is recorded as it is.
    return undefined;
  }
}

async function fileOf(name: string, file: File): Promise<RecordedPart> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = textIn(bytes);
  const about = { name, filename: file.name, type: file.type };
  return text === undefined ? { ...about, base64: toBase64(bytes) } : { ...about, text };
}
