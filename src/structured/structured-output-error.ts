import type { ChatCompletionResponse, ConversationResponse, OCRResponse } from '../../generated/types.gen.js';
import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';
import type { Issue } from './schema.js';

/**
 * Why a reply does not fit the schema:
 *
 * - `length`: it was truncated at a token limit (`finish_reason` is `length` or `model_length`).
 * - `failed`: the model failed while it wrote (`finish_reason` is `error`).
 * - `tool-calls`: the model calls tools instead.
 * - `empty`: there is no text.
 * - `not-json`: the text is not JSON.
 * - `mismatch`: it is JSON that does not fit the schema; see `issues`.
 */
export type StructuredOutputReason = 'length' | 'failed' | 'tool-calls' | 'empty' | 'not-json' | 'mismatch';

/** The fields of {@link StructuredOutputError}. */
export interface StructuredOutputFailure {
  readonly reason: StructuredOutputReason;
  readonly text: string;
  readonly response: ChatCompletionResponse | ConversationResponse | OCRResponse;
  readonly issues?: readonly Issue[];
  readonly cause?: unknown;
}

/** The reply of the model does not fit the schema. */
export class StructuredOutputError extends MistralError {
  static override readonly kind = 'StructuredOutputError';
  declare readonly name: 'StructuredOutputError';
  readonly reason: StructuredOutputReason;
  /** The validation issues of the schema's library; empty for every other reason than `mismatch`. */
  readonly issues: readonly Issue[];
  /** The text of the model. Not logged with the error. */
  declare readonly text: string;
  /** The API's complete response, with its usage. Not logged with the error. */
  declare readonly response: ChatCompletionResponse | ConversationResponse | OCRResponse;

  constructor(message: string, { reason, issues = [], text, response, cause }: StructuredOutputFailure) {
    super(message, cause === undefined ? undefined : { cause });
    setContentFree(this, `The reply does not fit the schema: ${reason}`);
    this.reason = reason;
    this.issues = issues;
    Object.defineProperty(this, 'text', { value: text });
    Object.defineProperty(this, 'response', { value: response });
  }
}
