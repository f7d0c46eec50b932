import type { ToolCallRequest, ToolCallResult } from './execute-call.js';

/** Why a run ended. */
export type RunEnd =
  /** The model replied without calling a tool. */
  | 'reply'
  /**
   * The reply was cut at a limit of tokens, such as `max_tokens`. Nothing in it was run but what had started early, and the
   * history is without it.
   */
  | 'length'
  /** The same for a reply that failed while the model wrote it, or was withheld. */
  | 'failed'
  | 'maxRounds'
  | 'maxTokens'
  | 'timeout'
  /** `stopWhen` said so. */
  | 'stop';

/** One reply of the model, and what became of the calls in it. */
export interface ToolStep<Response> {
  /** Counted from 1. */
  readonly round: number;
  readonly response: Response;
  /**
   * In the order of the calls; empty when the model called none. For a reply that was cut or failed, those of the calls that
   * had started early.
   */
  readonly results: readonly ToolCallResult[];
}

/** What happens in a run, as it happens. `Event` is that of the streamed operation. */
export type ToolRunEvent<Response, Event> =
  /** As it came over the wire. The ones below are made of these. */
  | { readonly type: 'event'; readonly round: number; readonly event: Event }
  | { readonly type: 'text-delta'; readonly round: number; readonly text: string }
  | { readonly type: 'thinking-delta'; readonly round: number; readonly text: string }
  /** A call is whole, and about to run. */
  | { readonly type: 'tool-call'; readonly round: number; readonly call: ToolCallRequest }
  /** Results come as they are ready, which need not be the order of the calls. */
  | { readonly type: 'tool-result'; readonly round: number; readonly result: ToolCallResult }
  /** A reply, and all the results of its calls. */
  | { readonly type: 'step'; readonly round: number; readonly step: ToolStep<Response> };

/** What every run has to show, whichever API it goes through. */
export interface RunCore<Response, Usage> {
  readonly steps: readonly ToolStep<Response>[];
  /** The tokens of all requests together; `undefined` if the server told none. */
  readonly usage: Usage | undefined;
  /**
   * The reply whose calls were under way when the run ended, which may not be whole if they had started early. Those that
   * had no result yet are `cancelled`; the history does not have it.
   */
  readonly interrupted?: ToolStep<Response>;
  /**
   * What had arrived of the reply that the model was writing when the run ended, of a run that is streamed. The history
   * does not have it.
   */
  readonly partial?: Response;
}

/** A request under way. */
export interface Asked<Event, Response> {
  /** What is streamed; returns the reply. */
  readonly events: AsyncGenerator<Event, Response, void>;
  /** What has arrived of a reply that is streamed; `undefined` while there is nothing. */
  partial?(): Response | undefined;
}

/** One API of the model: its next request, and the meaning of its responses. */
export interface Dialog<Response, Event, Progress, End extends string> {
  /** Send the next request. */
  ask(signal: AbortSignal): Asked<Event, Response>;
  /**
   * The calls in a reply that is still being written that are whole: others have begun after them, or the server has said
   * why the reply ends. Empty where an event cannot have made one whole.
   *
   * @param reply - What has arrived of it, the event included.
   */
  wholeCalls(event: Event, reply: () => Response | undefined): readonly ToolCallRequest[];
  /**
   * Take a reply in. Returns it as it came, and the calls that it waits for: `undefined` for a reply that was cut or failed,
   * which is not acted on.
   */
  receive(response: Response): {
    readonly response: Response;
    readonly calls: readonly ToolCallRequest[] | undefined;
  };
  /** Take in the results of these calls, in their order. */
  answer(results: readonly ToolCallResult[]): void;
  /** How the last reply ends the run; `undefined` while there is something to do, or no reply yet. */
  endedBy(): 'reply' | 'length' | 'failed' | undefined;
  /** Prepare the next request; returns why there can be none. */
  proceed(signal: AbortSignal): Promise<End | undefined>;
  progress(core: RunCore<Response, unknown>): Progress;
}
