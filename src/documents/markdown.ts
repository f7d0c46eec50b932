import type { OCRPageObject, OCRResponse } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { requireSync } from '../errors/require-sync.js';
import { unknownKey } from '../internal/unknown-key.js';
import { dataUrlOf, referenceTo, type ImageReference } from './images.js';

/** Options of {@link markdown}. */
export interface MarkdownOptions {
  /**
   * The target of images: the API's reference to the id, a data URL with the content, or the URL or path that a function
   * returns.
   *
   * @default 'reference'
   */
  readonly images?: 'reference' | 'data-url' | ((image: ImageReference) => string) | undefined;
  /**
   * How tables appear that a request with `table_format` extracts: as the API's reference to the id, or inline.
   *
   * @default 'reference'
   */
  readonly tables?: 'reference' | 'inline' | undefined;
  /**
   * Separator between two pages.
   *
   * @default two line breaks
   */
  readonly pageSeparator?: string | undefined;
}

/**
 * The complete document as Markdown.
 *
 * @throws {ArgumentError} for an invalid option, and for data URLs if the content of the images is missing, as the request
 * did not have `include_image_base64: true`.
 */
export function markdown({ pages }: Pick<OCRResponse, 'pages'>, options: MarkdownOptions = {}): string {
  const unknown = unknownKey(options, ['images', 'tables', 'pageSeparator'], owner, {});
  if (unknown) throw new ArgumentError(unknown);
  const { images = 'reference', tables = 'reference', pageSeparator = '\n\n' } = options;
  if (images !== 'reference' && images !== 'data-url' && typeof images !== 'function')
    throw new ArgumentError(`${owner}: \`images\` must be 'reference', 'data-url' or a function`);
  if (tables !== 'reference' && tables !== 'inline')
    throw new ArgumentError(`${owner}: \`tables\` must be 'reference' or 'inline'`);

  return pages
    .map((page) => {
      const text = tables === 'inline' ? withTables(page) : page.markdown;
      return images === 'reference' ? text : withImages(text, page, images);
    })
    .join(pageSeparator);
}

const owner = 'markdown()';

/** A table is referred to as `[tbl-0.html](tbl-0.html)`. */
function withTables({ markdown: text, tables }: OCRPageObject): string {
  const contents = new Map(tables?.map(({ id, content }) => [id, content]));
  const references = oneOf(contents.keys());
  return text.replace(
    new RegExp(`\\[(${references})\\]\\(\\1\\)`, 'g'),
    (whole, id: string) => contents.get(id) ?? whole,
  );
}

/** An image is referred to as `![img-0.jpeg](img-0.jpeg)`. */
function withImages(
  text: string,
  { index, images }: OCRPageObject,
  place: 'data-url' | ((image: ImageReference) => string),
): string {
  const byId = new Map(images?.map((image) => [image.id, image]));
  return text.replace(new RegExp(`\\]\\((${oneOf(byId.keys())})\\)`, 'g'), (whole, id: string) => {
    const image = byId.get(id);
    if (!image) return whole;
    const target =
      place === 'data-url'
        ? dataUrlOf(image)
        : requireSync(place(referenceTo(image, index)), `${owner}: \`images\``);
    if (typeof target !== 'string')
      throw new ArgumentError(`${owner}: \`images\` must return a string, which it did not for ${id}`);
    return `](${escaped(target)})`;
  });
}

/** A pattern for a list of ids, which may contain any characters. The longest come first, as one may be a prefix of another. */
const oneOf = (ids: Iterable<string>): string =>
  [...ids]
    .toSorted((a, b) => b.length - a.length)
    .map((id) => id.replace(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`))
    .join('|') || '(?!)';

/** Escapes characters that would end the target of a Markdown link. */
const escaped = (target: string): string =>
  target.replace(/[\s()<>]/g, (character) =>
    character === '(' ? '%28' : character === ')' ? '%29' : encodeURIComponent(character),
  );
