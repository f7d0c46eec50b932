import type { ToolCallRequest, ToolCallResult } from './execute-call.js';

/** Why a run ended. */
export type RunEnd =
  /** The model replied without calling a tool. */
  | 'reply'
  /** The reply was cut at a limit of tokens, such as `max_tokens`. Nothing in it was run, and the history is without it. */
  | 'length'
  /** The reply failed while the model wrote it, or was withheld. Nothing in it was run, and the history is without it. */
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
  /** In the order of the calls; empty when the model called none, and for a reply that was cut or failed. */
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
   * The reply whose calls were under way when the run failed. Those that had no result yet are `cancelled`; the
   * history does not have it.
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
  /** Take a reply in. Returns it as it came, and the calls that it waits for. */
  receive(response: Response): { readonly response: Response; readonly calls: readonly ToolCallRequest[] };
  /** Take in the results of these calls, in their order. */
  answer(results: readonly ToolCallResult[]): void;
  /** How the last reply ends the run; `undefined` while there is something to do, or no reply yet. */
  endedBy(): 'reply' | 'length' | 'failed' | undefined;
  /** Prepare the next request; returns why there can be none. */
  proceed(signal: AbortSignal): Promise<End | undefined>;
  progress(core: RunCore<Response, unknown>): Progress;
}
