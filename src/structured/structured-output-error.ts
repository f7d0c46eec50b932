import type { ChatCompletionResponse, ConversationResponse, OCRResponse } from '../../generated/types.gen.js';
import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';
import type { Issue } from './schema.js';

/**
 * Why a reply is not what was asked for:
 *
 * - `cut`: it ran into a limit of tokens (`finish_reason` is `length` or `model_length`).
 * - `failed`: the model failed while it wrote (`finish_reason` is `error`).
 * - `tool-calls`: the model calls tools instead.
 * - `empty`: there is no text.
 * - `not-json`: the text is not JSON.
 * - `mismatch`: it is JSON that does not fit the schema; see `issues`.
 */
export type StructuredOutputReason = 'cut' | 'failed' | 'tool-calls' | 'empty' | 'not-json' | 'mismatch';

/** What {@link StructuredOutputError} is made of. */
export interface Unfit {
  readonly reason: StructuredOutputReason;
  readonly text: string;
  readonly response: ChatCompletionResponse | ConversationResponse | OCRResponse;
  readonly issues?: readonly Issue[];
  readonly cause?: unknown;
}

/** The API answered, but not with what the schema asks for. */
export class StructuredOutputError extends MistralError {
  static override readonly kind = 'StructuredOutputError';
  declare readonly name: 'StructuredOutputError';
  readonly reason: StructuredOutputReason;
  /** What does not fit and where, as the schema's library says it; empty for every other reason than `mismatch`. */
  readonly issues: readonly Issue[];
  /** What the model wrote. Not shown where the error is logged. */
  declare readonly text: string;
  /** The whole answer, with its usage, as the API gave it. Not shown where the error is logged. */
  declare readonly response: ChatCompletionResponse | ConversationResponse | OCRResponse;

  constructor(message: string, { reason, issues = [], text, response, cause }: Unfit) {
    super(message, cause === undefined ? undefined : { cause });
    setContentFree(this, `The reply is not what the schema asks for: ${reason}`);
    this.reason = reason;
    this.issues = issues;
    Object.defineProperty(this, 'text', { value: text });
    Object.defineProperty(this, 'response', { value: response });
  }
}
