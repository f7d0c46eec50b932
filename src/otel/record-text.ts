import { diag, type Span } from '@opentelemetry/api';

import { requireSync } from '../errors/require-sync.js';
import { errorName } from './error-name.js';
import type { Telemetry } from './telemetry-options.js';

/** A text after `redact`; `undefined` omits it. */
export function redactedText(text: string, place: string, { redact }: Telemetry): string | undefined {
  try {
    const shown: unknown = redact ? redact(text, place) : text;
    return typeof shown === 'string' ? shown : void requireSync(shown, '`redact`');
  } catch (error) {
    // Its error may quote the text.
    diag.warn(`mistral-sdk/otel: \`redact\` failed with ${errorName(error)}, so ${place} is left out`);
    return undefined;
  }
}

/** Texts of a span, by the names of their attributes. */
export type Content = Readonly<Record<string, string | readonly string[] | undefined>>;

export function recordContent(span: Span, content: Content, telemetry: Telemetry): void {
  for (const [place, text] of Object.entries(content)) {
    const show = (each: string) => redactedText(each, place, telemetry);
    const shown =
      typeof text === 'object' ? text.map(show).filter((each) => each !== undefined) : text && show(text);
    if (shown !== undefined) span.setAttribute(place, shown);
  }
}
