import { MistralError } from './mistral-error.js';

const longestExcerpt = 1024;

/** An answer of success that cannot be read: not JSON, empty, or of another type than the operation promises. */
export class ResponseError extends MistralError {
  override readonly name = 'ResponseError';
  readonly status: number;
  readonly contentType: string | null;
  /** The beginning of the body, at most 1,024 characters. */
  readonly excerpt: string;

  constructor(problem: string, response: Response, body: string, options?: ErrorOptions) {
    const excerpt = body.slice(0, longestExcerpt);
    const contentType = response.headers.get('content-type');
    super(
      `${problem} (status ${response.status}, content type ${contentType ?? 'none'}). It begins: ${excerpt.slice(0, 200) || '(empty)'}`,
      options,
    );
    this.status = response.status;
    this.contentType = contentType;
    this.excerpt = excerpt;
  }
}
