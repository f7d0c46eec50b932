import type { ContentChunkParam } from '../../generated/types.gen.js';
import { decodeBase64 } from '../internal/decode-base64.js';
import { toBase64 } from '../internal/encode-base64.js';
import { isRecord } from '../internal/is-record.js';
import type { FilePart } from './language-model-v3.js';
import { unsupported } from './sdk-error.js';

export const textChunk = (text: string): ContentChunkParam & { type: 'text' } => ({ type: 'text', text });

/** A file of a prompt, or of the result of a tool. */
type File = Pick<FilePart, 'data' | 'mediaType' | 'filename' | 'providerOptions'>;

/**
 * A file as a chunk of a message: an image, audio, a document or text.
 *
 * @throws {ArgumentError} for any other kind, which the AI SDK knows as `UnsupportedFunctionalityError`.
 */
export function fileChunk({ data, mediaType, filename, providerOptions }: File): ContentChunkParam {
  // What version 4 of the interface has more of, the AI SDK passes on to models of version 3.
  const { type, text, reference } = (isRecord(data) ? data : {}) as Readonly<Record<string, unknown>>;
  if (type === 'text') return textChunk(String(text));
  if (type === 'reference') return storedFile(reference);
  const kind = mediaType.split('/')[0];
  if (kind === 'image') {
    const detail = providerOptions?.mistral?.imageDetail;
    const url = urlOf(data, mediaType);
    // The API checks the level of detail.
    return {
      type: 'image_url',
      image_url: typeof detail === 'string' ? { url, detail: detail as 'auto' } : url,
    };
  }
  if (kind === 'audio')
    return { type: 'input_audio', input_audio: data instanceof URL ? data.href : base64Of(data) };
  if (kind === 'text' && !(data instanceof URL)) return textChunk(decodeText(data));
  if (mediaType === 'application/pdf' || mediaType.startsWith('application/vnd.openxmlformats'))
    return {
      type: 'document_url',
      document_url: urlOf(data, mediaType),
      ...(filename === undefined ? {} : { document_name: filename }),
    };
  throw unsupported(`files of the media type ${mediaType}`);
}

/** A file of `mistral.files`, by its id or by the ids that it has with several providers. */
export function storedFile(reference: unknown): ContentChunkParam {
  const id = isRecord(reference) ? reference.mistral : reference;
  if (typeof id !== 'string') throw unsupported('a file that is stored with another provider');
  return { type: 'file', file_id: id };
}

/** What the AI SDK could not tell the type of is most often a JPEG. Version 6 writes it `image/*`, and 7 `image`. */
const anyImage = /^image(\/\*)?$/;

const urlOf = (data: FilePart['data'], mediaType: string): string =>
  data instanceof URL
    ? data.href
    : `data:${mediaType.replace(anyImage, 'image/jpeg')};base64,${base64Of(data)}`;

const base64Of = (data: Uint8Array | string): string => (typeof data === 'string' ? data : toBase64(data));

const decodeText = (data: Uint8Array | string): string =>
  new TextDecoder().decode(typeof data === 'string' ? decodeBase64(data) : data);
