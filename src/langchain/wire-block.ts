import { ArgumentError } from '../errors/argument-error.js';
import { decodeBase64 } from '../internal/decode-base64.js';
import { toBase64 } from '../internal/encode-base64.js';
import { isRecord } from '../internal/is-record.js';
import type { Block } from '../messages/normalize-content.js';

/**
 * A content block of LangChain, as a block that `repairMessages()` knows; those that it knows already are unchanged.
 *
 * @throws {ArgumentError} for a file that the API cannot be given.
 */
export function wireBlock(given: unknown): unknown {
  if (!isRecord(given)) return given;
  const { type } = given;
  if (type === 'non_standard') return wireBlock(given.value);
  const isPlain = type === 'text-plain' || given.source_type === 'text';
  if (isPlain && given.text !== undefined) return { type: 'text', text: given.text };
  return isFile(given) ? wireFile(given) : given;
}

const isFile = (block: Block): boolean =>
  ['image', 'audio', 'video', 'file', 'text-plain'].includes(block.type as string) &&
  // The forms of OpenAI and of Anthropic are known.
  !isRecord(block[block.type as string]) &&
  block.source === undefined;

/** The standard blocks of LangChain 1, and those with `source_type` before it. */
function wireFile(block: Block): Block {
  const { type, data, metadata, source_type: sourceType, id } = block;
  const mediaType = block.mimeType ?? block.mime_type;
  const fileId = block.fileId ?? block.file_id ?? (sourceType === 'id' ? id : undefined);
  if (fileId !== undefined) return { type: 'file', file_id: fileId };
  const base64 = data instanceof Uint8Array ? toBase64(data) : data;
  const url =
    typeof block.url === 'string'
      ? block.url
      : typeof base64 === 'string'
        ? `data:${String(mediaType ?? defaultTypes[String(type)])};base64,${base64}`
        : undefined;
  const ofFile = mediaType ?? (url && /^data:([^;,]+)/.exec(url)?.[1]);
  const kind = type === 'file' ? kindOf(ofFile) : type === 'text-plain' ? 'text' : type;
  if (url === undefined || kind === 'video')
    throw new ArgumentError(
      `A message has content of the type ${JSON.stringify(type)} that the API cannot be given; expected an image, audio, a document or text, with \`url\`, \`data\` or \`fileId\``,
    );
  if (kind === 'image') return { type: 'image_url', image_url: url };
  if (kind === 'audio') return { type: 'input_audio', input_audio: base64Of(url) ?? url };
  const bytes = kind === 'text' ? decodeBase64(base64Of(url) ?? '!') : undefined;
  if (bytes) return { type: 'text', text: new TextDecoder().decode(bytes) };
  const { filename, name = filename, title = name }: Block = isRecord(metadata) ? metadata : {};
  return {
    type: 'document_url',
    document_url: url,
    ...(typeof title === 'string' ? { document_name: title } : {}),
  };
}

const defaultTypes: Readonly<Record<string, string>> = {
  image: 'image/png',
  file: 'application/pdf',
  'text-plain': 'text/plain',
};

/** Of a file, by its media type. */
const kindOf = (mediaType: unknown): string | undefined =>
  typeof mediaType === 'string' ? /^(image|audio|video|text)\//.exec(mediaType)?.[1] : undefined;

const base64Of = (url: string): string | undefined => /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1];
