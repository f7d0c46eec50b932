import type { OCRPageObject, OCRResponse } from '../../generated/types.gen.js';
import { MistralError } from '../errors/mistral-error.js';

/** One response of several for different pages, in ascending order. */
export function mergeResponses(responses: readonly OCRResponse[]): OCRResponse {
  return {
    // There is at least one range; what later responses say about the document is the same.
    ...responses[0]!,
    pages: responses.flatMap(({ pages }) => pages),
    usage_info: {
      ...responses[0]!.usage_info,
      pages_processed: responses.reduce((sum, { usage_info }) => sum + (usage_info?.pages_processed ?? 0), 0),
    },
  };
}

/**
 * The response with page numbers of the document, whether the API counts from its first page or from the first requested one.
 *
 * @param requested - In ascending order.
 * @throws {MistralError} if there are pages that were not requested.
 */
export function withNumbers(response: OCRResponse, requested: readonly number[]): OCRResponse {
  const pages = response.pages.toSorted((a, b) => a.index - b.index);
  const expected = new Set(requested);
  if (pages.every(({ index }) => expected.has(index))) return { ...response, pages };
  const numbered = pages.map((page, position): OCRPageObject | undefined => {
    const index = requested[pages.length === requested.length ? position : page.index];
    return index === undefined ? undefined : { ...page, index };
  });
  if (numbered.every((page) => page !== undefined)) return { ...response, pages: numbered };
  throw new MistralError(
    `ocrFile(): expected the pages ${requested.join(', ')}, got ${pages.map(({ index }) => index).join(', ')}`,
  );
}
