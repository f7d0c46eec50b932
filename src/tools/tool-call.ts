import type { ContentChunkParam } from '../../generated/types.gen.js';

/** A tool call that the model requested. */
export interface ToolCallRequest {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

/** A tool call and its result. */
export type ToolCallResult = ToolCallRequest & {
  /** The text that is sent to the model; of {@link toolContent}, the texts, with the type of every other chunk in brackets. */
  readonly content: string;
  /** What is sent instead of `content` where the API takes it: the chunks of {@link toolContent}. */
  readonly chunks?: readonly ContentChunkParam[];
  /** The model repeated an earlier call: this is the earlier result, and the tool did not run again. */
  readonly isRepeated?: true;
} & (
    | {
        readonly status: 'done';
        /** What the tool returned. */
        readonly value: unknown;
      }
    | {
        readonly status: 'failed';
        /** What the tool threw; absent if it did not run, because the arguments or the name were invalid. */
        readonly error?: unknown;
      }
    /** A person denied it; the tool did not run. */
    | { readonly status: 'denied' }
    /** It waits for a person to allow or deny it; the tool did not run, and `content` is empty. */
    | { readonly status: 'pending' }
    /** The run ended before the tool did. The tool may still have finished, unless it stopped when its signal aborted. */
    | { readonly status: 'cancelled' }
  );

/** The call of a result, or a call without what else is known of it. */
export const callOf = ({ id, name, arguments: given }: ToolCallRequest): ToolCallRequest => ({
  id,
  name,
  arguments: given,
});
