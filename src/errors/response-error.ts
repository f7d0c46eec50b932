import { requestIdOf } from './api-error.js';
import { setContentFree, markTruncated } from './content-free.js';
import { MistralError } from './mistral-error.js';
import { scrubHeaders, type Scrub } from '../internal/scrub.js';

const longestExcerpt = 1024;
const longestQuote = 200;

/** A successful response that cannot be read: not JSON, empty, truncated, too large, or of an unexpected type. */
export class ResponseError extends MistralError {
  static override readonly kind = 'ResponseError';
  declare readonly name: 'ResponseError';
  readonly status: number;
  readonly headers: Headers;
  readonly contentType: string | null;
  /** The beginning of the body, at most 1,024 characters. */
  readonly excerpt: string;

  constructor(
    problem: string,
    { response, scrub = (text) => text }: { readonly response: Response; readonly scrub?: Scrub },
    body: string,
    options?: ErrorOptions & { readonly retryable?: boolean },
  ) {
    const excerpt = scrub(body).slice(0, longestExcerpt);
    const headers = scrubHeaders(response.headers, scrub);
    const contentType = headers.get('content-type');
    super(
      `${problem} (status ${response.status}, content type ${contentType ?? 'none'}). It begins: ${excerpt.slice(0, longestQuote) || '(empty)'}`,
      options,
    );
    setContentFree(this, `${problem} (status ${response.status})`);
    if (excerpt.length > longestQuote) markTruncated(this);
    this.status = response.status;
    this.headers = headers;
    this.contentType = contentType;
    this.excerpt = excerpt;
    this.requestId = requestIdOf(headers);
    this.retryable = options?.retryable ?? false;
  }
}
