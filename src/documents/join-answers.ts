import type { OCRPageObject, OCRResponse } from '../../generated/types.gen.js';
import { MistralError } from '../errors/mistral-error.js';

/** One answer of several that each read other pages, in ascending order. */
export function joinAnswers(answers: readonly OCRResponse[]): OCRResponse {
  return {
    // There is a request, and so an answer, for every range; the later ones repeat what is said of the document.
    ...answers[0]!,
    pages: answers.flatMap(({ pages }) => pages),
    usage_info: {
      ...answers[0]!.usage_info,
      pages_processed: answers.reduce((sum, { usage_info }) => sum + (usage_info?.pages_processed ?? 0), 0),
    },
  };
}

/**
 * The answer with the pages' numbers in the document, whether the API counts them there or among those asked for.
 *
 * @param asked - In ascending order.
 * @throws {MistralError} if there are pages that nobody asked for.
 */
export function withNumbers(answer: OCRResponse, asked: readonly number[]): OCRResponse {
  const pages = answer.pages.toSorted((a, b) => a.index - b.index);
  const wanted = new Set(asked);
  if (pages.every(({ index }) => wanted.has(index))) return { ...answer, pages };
  const numbered = pages.map((page, position): OCRPageObject | undefined => {
    const index = asked[pages.length === asked.length ? position : page.index];
    return index === undefined ? undefined : { ...page, index };
  });
  if (numbered.every((page) => page !== undefined)) return { ...answer, pages: numbered };
  throw new MistralError(
    `ocrFile() asked for the pages ${asked.join(', ')}, and the API answered with ${pages.map(({ index }) => index).join(', ')}`,
  );
}
