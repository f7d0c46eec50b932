import type { OCRImageObject, OCRResponse } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { decodeBase64 } from '../internal/decode-base64.js';
import { hash } from '../internal/hash.js';

/** An image of a document, as its Markdown refers to it. */
export interface ImageReference {
  /** Unique in its page, such as `img-0.jpeg`. */
  readonly id: string;
  /** The number of its page, from 0. */
  readonly page: number;
  /** Unique in the document and safe as the name of a file: `page-0-img-0.jpeg`. */
  readonly fileName: string;
  /** JSON, where the request had a `bbox_annotation_format`. */
  readonly annotation: string | undefined;
}

/** An image with its content. */
export interface ExtractedImage extends ImageReference {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Such as `image/jpeg`. */
  readonly mediaType: string;
}

/**
 * The images of a document, decoded, in the order of the pages.
 *
 * @throws {ArgumentError} if their content is missing, as the request did not have `include_image_base64: true`.
 * @throws {MistralError} if the content of one is not base64.
 */
export function images({ pages }: Pick<OCRResponse, 'pages'>): ExtractedImage[] {
  return pages.flatMap((page) =>
    (page.images ?? []).map((image) => {
      const reference = referenceTo(image, page.index);
      const { mediaType, base64 } = contentOf(image);
      const bytes = decodeBase64(base64);
      if (!bytes) throw new MistralError(`The image ${image.id} of page ${page.index} is not base64`);
      return { ...reference, bytes, mediaType };
    }),
  );
}

export const referenceTo = ({ id, image_annotation }: OCRImageObject, page: number): ImageReference => ({
  id,
  page,
  fileName: `page-${page}-${safeName(id)}`,
  annotation: image_annotation ?? undefined,
});

/**
 * The id comes from a server, and must not lead to another folder. Different ids must give different names, also on
 * case-insensitive file systems.
 */
function safeName(id: string): string {
  const safe = id.replace(/[^\w.-]/g, '_');
  if (safe.toLowerCase() === id) return safe;
  const dot = safe.lastIndexOf('.');
  const end = dot > 0 ? dot : safe.length;
  return `${safe.slice(0, end)}-${hash(id).toString(16).padStart(8, '0')}${safe.slice(end)}`;
}

export function dataUrlOf(image: OCRImageObject): string {
  const { mediaType, base64 } = contentOf(image);
  return `data:${mediaType};base64,${base64}`;
}

/** @throws {ArgumentError} if it is missing. */
function contentOf({ id, image_base64 }: OCRImageObject): {
  readonly mediaType: string;
  readonly base64: string;
} {
  if (!image_base64)
    throw new ArgumentError(`The image ${id} has no content; request it with \`include_image_base64: true\``);
  const head = /^data:([^;,]*)(?:;[^,]*)?;base64,/i.exec(image_base64);
  if (head?.[1]) return { mediaType: head[1], base64: image_base64.slice(head[0].length) };
  const ending = id.slice(id.lastIndexOf('.') + 1).toLowerCase();
  return { mediaType: mediaTypes.get(ending) ?? 'application/octet-stream', base64: image_base64 };
}

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
]);
