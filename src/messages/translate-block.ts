import { isRecord } from '../internal/is-record.js';
import { blockType, normalizeText, type Block } from './normalize-content.js';

/**
 * A block of content in the form of this API, from its own or from those of other APIs; the same object if it is in that form.
 *
 * @returns `undefined` for a block that has no form here.
 */
export function translateBlock(block: Block): Block | undefined {
  const type = blockType(block);
  return isTranslated(type) ? translations[type]!(block) : undefined;
}

/** Whether there may be a form here for blocks of this type. */
export const isTranslated = (type: unknown): type is string =>
  typeof type === 'string' && Object.hasOwn(translations, type);

const translations: Readonly<Record<string, (block: Block) => Block | undefined>> = {
  text: translateText,
  input_text: translateText,
  output_text: translateText,
  summary_text: translateText,
  refusal: ({ refusal, ...rest }) => translateText({ ...rest, text: refusal }),
  thinking: translateThinking,
  reasoning: translateThinking,
  image_url: (block) =>
    isRecord(block.image_url) || typeof block.image_url === 'string' ? block : undefined,
  document_url: (block) => block,
  input_image: ({ image_url: url, detail, ...rest }) =>
    typeof url === 'string' ? { ...rest, type: 'image_url', image_url: withDetail(url, detail) } : undefined,
  image: (block) => {
    const { source: _source, image: _image, ...rest } = block;
    const url = urlOf(block);
    return url === undefined ? undefined : { ...rest, type: 'image_url', image_url: url };
  },
  document: translateDocument,
  file: (block) => (isUuid(block.file_id) && block.file === undefined ? block : translateDocument(block)),
  input_file: translateDocument,
  input_audio: (block) => {
    const { input_audio: audio } = block;
    if (typeof audio === 'string') return block;
    return isRecord(audio) && typeof audio.data === 'string'
      ? { ...block, input_audio: audio.data }
      : undefined;
  },
  reference: (block) => (isReferences(block.reference_ids) ? block : undefined),
};

function translateText(block: Block): Block | undefined {
  const { text } = block;
  if (block.type === 'text' && typeof text === 'string') return block;
  const words = normalizeText(text);
  return words === '' && text !== '' ? undefined : { ...block, type: 'text', text: words };
}

function translateThinking(block: Block): Block | undefined {
  if (block.type === 'thinking' && Array.isArray(block.thinking)) return block;
  const words = wordsOf(block);
  // A signature would be that of another model.
  return words === '' ? undefined : { type: 'thinking', thinking: [{ type: 'text', text: words }] };
}

function translateDocument(block: Block): Block | undefined {
  const { type: _type, source, file, ...outer } = block;
  const {
    file_data: data,
    file_url: fileUrl = data,
    filename,
    title = filename,
    ...rest
  }: Block = {
    ...outer,
    ...(isRecord(file) ? file : {}),
  };
  const url = typeof fileUrl === 'string' ? fileUrl : urlOf(block);
  const name = typeof title === 'string' ? { document_name: title } : {};
  if (url !== undefined) return { ...rest, type: 'document_url', document_url: url, ...name };
  return isRecord(source) && source.type === 'text' && typeof source.data === 'string'
    ? { ...rest, type: 'text', text: typeof title === 'string' ? `${title}\n\n${source.data}` : source.data }
    : undefined;
}

/** The words of a thought, in the forms that other APIs have for it. */
export function wordsOf(thought: unknown): string {
  if (typeof thought === 'string') return thought;
  if (Array.isArray(thought)) return thought.map(wordsOf).join('');
  if (!isRecord(thought)) return '';
  const { thinking, text, value, summary, content, reasoning, refusal } = thought;
  return [...new Set([thinking, text, value, summary, content, reasoning, refusal].map(wordsOf))].join('');
}

/** The URL of an image or a document, which may hold its bytes. */
function urlOf({ source, image }: Block): string | undefined {
  if (typeof image === 'string' && /^(https?|data):/.test(image)) return image;
  if (!isRecord(source)) return undefined;
  if (source.type === 'url' && typeof source.url === 'string') return source.url;
  return source.type === 'base64' && typeof source.data === 'string' && typeof source.media_type === 'string'
    ? `data:${source.media_type};base64,${source.data}`
    : undefined;
}

const withDetail = (url: string, detail: unknown): string | Block =>
  detail === undefined || detail === null ? url : { url, detail };

const isUuid = (id: unknown): boolean =>
  typeof id === 'string' && /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(id);

const isReferences = (ids: unknown): boolean =>
  Array.isArray(ids) && ids.every((id) => typeof id === 'string' || Number.isInteger(id));
