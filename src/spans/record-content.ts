import type { Recording } from './recording.js';
import type { Span } from './span.js';

/** Texts of a span, by the names of their attributes. */
export type Content = Readonly<Record<string, string | readonly string[] | undefined>>;

export function recordContent(span: Span, content: Content, { show }: Recording): void {
  for (const [place, text] of Object.entries(content)) {
    const shown =
      typeof text === 'object'
        ? text.map((each) => show(each, place)).filter((each) => each !== undefined)
        : text && show(text, place);
    if (shown !== undefined) span.setAttribute(place, shown);
  }
}
