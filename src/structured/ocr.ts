import type { Api } from '../../generated/api.gen.js';
import type { OCRImageObject, OCRPageObject, OCRRequest, OCRResponse } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import type { RequestOptions, Resource } from '../resources/method.js';
import type { APIPromise } from '../transport/api-promise.js';
import { parsedCall } from './parsed-call.js';
import { readReply } from './read-reply.js';
import { readFormat, type Format, type Parsed } from './response-format.js';
import type { Schema } from './schema.js';

type Annotation<F, Otherwise> = [F] extends [Format] ? Parsed<F> : Otherwise;

/** The response of OCR, with parsed annotations instead of text. */
export interface ParsedOCR<Document, Box> extends Omit<OCRResponse, 'pages' | 'document_annotation'> {
  /** The parsed annotation of the document, by `document_annotation_format`. */
  document_annotation: Annotation<Document, OCRResponse['document_annotation']>;
  pages: (Omit<OCRPageObject, 'images'> & {
    images: (Omit<OCRImageObject, 'image_annotation'> & {
      /** The parsed annotation of the image, by `bbox_annotation_format`; absent or `null` if the API gave none. */
      image_annotation?: Annotation<Box, string> | null;
    })[];
  })[];
}

/** The methods of `mistral.ocr` that are used. */
export type OCRResource = Pick<Resource<Api>['ocr'], 'process'>;

/** Result of {@link structured} for `mistral.ocr`. */
export interface StructuredOCR {
  /**
   * `process`, with annotations that are parsed by schemas: of the document, of each image in it, or both.
   *
   * @throws {ArgumentError} if there is no schema, or one that cannot be sent; nothing is.
   * @throws {StructuredOutputError} if an annotation does not fit its schema, naming it.
   */
  process<Document extends Format | undefined = undefined, Box extends Format | undefined = undefined>(
    params: Omit<OCRRequest, 'document_annotation_format' | 'bbox_annotation_format'> & {
      /** The schema of the document's annotation, or the result of `responseFormat()`. */
      document_annotation_format?: Document;
      /** The schema of each image's annotation, or the result of `responseFormat()`. */
      bbox_annotation_format?: Box;
    },
    options?: RequestOptions,
  ): APIPromise<ParsedOCR<Document, Box>>;
}

/** See {@link StructuredOCR} for the types. */
export const structuredOCR = (resource: OCRResource) => ({
  process: (params: OCRRequest, options?: RequestOptions) =>
    parsedCall(() => {
      if (!isRecord(params)) throw new ArgumentError('process(params): `params` must be an object');
      const document = readAnnotationFormat(params, 'document');
      const box = readAnnotationFormat(params, 'bbox');
      if (!document && !box)
        throw new ArgumentError(
          'process(params): `document_annotation_format`, `bbox_annotation_format` or both must be a schema',
        );
      const formats = {
        ...(document && { document_annotation_format: document.wire }),
        ...(box && { bbox_annotation_format: box.wire }),
      };
      return {
        call: resource.process({ ...params, ...formats }, options),
        read: (response) => readAnnotations(response, document?.schema, box?.schema),
      };
    }, options),
});

function readAnnotationFormat(params: Readonly<Record<string, unknown>>, kind: 'document' | 'bbox') {
  const format = params[`${kind}_annotation_format`];
  if (format === undefined || format === null) return undefined;
  return readFormat(format, `\`${kind}_annotation_format\``, `${kind}_annotation`);
}

async function readAnnotations(
  response: OCRResponse,
  document: Schema | undefined,
  box: Schema | undefined,
): Promise<ParsedOCR<Format, Format>> {
  const read = (annotation: string | null | undefined, subject: string, schema: Schema) =>
    readReply({ subject, text: annotation ?? '', response }, schema);

  const readImage = async (image: OCRImageObject, subject: string) => {
    const { image_annotation } = image;
    if (!box || image_annotation === undefined || image_annotation === null) return image;
    return { ...image, image_annotation: await read(image_annotation, subject, box) };
  };
  const readPage = async (page: OCRPageObject, index: number) => ({
    ...page,
    images: await Promise.all(
      (page.images ?? []).map((image, count) =>
        readImage(image, `\`pages[${index}].images[${count}].image_annotation\``),
      ),
    ),
  });

  const [pages, document_annotation] = await Promise.all([
    Promise.all((response.pages ?? []).map(readPage)),
    document
      ? read(response.document_annotation, '`document_annotation`', document)
      : response.document_annotation,
  ]);
  return { ...response, pages, document_annotation };
}
