import type { Decision } from './approval.js';
import type { ToolCallRequest, ToolCallResult } from './tool-call.js';
import type { PendingRun, SavedAdapter } from './pending-run.js';
import type { PendingReply } from './pending-reply.js';
import type { RunnableTool } from './tool.js';

/** Why a run ended. */
export type RunEnd =
  /** The model replied without calling a tool. */
  | 'reply'
  /**
   * The reply was cut off at a token limit, such as `max_tokens`. None of its calls ran, except those that had started early,
   * and the history does not contain it.
   */
  | 'length'
  /** The same, for a reply that failed while the model wrote it, or was withheld. */
  | 'failed'
  | 'maxRounds'
  | 'maxTokens'
  | 'timeout'
  /**
   * Tool calls wait for a person to allow or deny them, and there is no `onApproval`. The history does not contain the reply;
   * `pending` has all that {@link resumeTools} needs. So it ends, too, if other calls of the reply took longer than `timeoutMs`: their
   * results are `cancelled`, and the decision is not lost.
   */
  | 'approval'
  /** `stopWhen` returned `true`. */
  | 'stop';

/** One reply of the model, and the results of its tool calls. */
export interface ToolStep<Response> {
  /** Counted from 1. */
  readonly round: number;
  readonly response: Response;
  /**
   * In the order of the calls; empty if the model called no tool. For a reply that was cut off or failed: the results of the
   * calls that had started early.
   */
  readonly results: readonly ToolCallResult[];
}

/** An event of a streamed run. `Event` is the event type of the streamed operation. */
export type ToolRunEvent<Response, Event> =
  /** An event of the stream, unchanged. The other types are derived from these. */
  | { readonly type: 'event'; readonly round: number; readonly event: Event }
  | { readonly type: 'text-delta'; readonly round: number; readonly text: string }
  | { readonly type: 'thinking-delta'; readonly round: number; readonly text: string }
  /** A tool call is complete, and about to run. */
  | { readonly type: 'tool-call'; readonly round: number; readonly call: ToolCallRequest }
  /** What a running tool has reported with `reportProgress`. */
  | {
      readonly type: 'tool-progress';
      readonly round: number;
      readonly call: ToolCallRequest;
      readonly progress: unknown;
    }
  /** A tool call waits for a person to allow or deny it. */
  | { readonly type: 'tool-approval'; readonly round: number; readonly call: ToolCallRequest }
  /** A tool call has its result. These come in order of completion, which may not be the order of the calls. */
  | { readonly type: 'tool-result'; readonly round: number; readonly result: ToolCallResult }
  /** A reply, and the results of all its calls. */
  | { readonly type: 'step'; readonly round: number; readonly step: ToolStep<Response> };

/** The state of a run, common to all clients. */
export interface RunProgress<Response, Usage> {
  readonly steps: readonly ToolStep<Response>[];
  /** The tokens of all requests together; `undefined` if the server reported none. */
  readonly usage: Usage | undefined;
  /**
   * The reply whose calls were running when the run ended. It may be incomplete if they had started early. Calls without a
   * result are `cancelled`. The history does not contain it.
   */
  readonly interrupted?: ToolStep<Response>;
  /**
   * In a streamed run, what had arrived of the reply that the model was writing when the run ended. The history does not
   * contain it.
   */
  readonly partial?: Response;
  /** For `endedBy` `'approval'` and `'confirmation'`: what {@link resumeTools} goes on from. */
  readonly pending?: PendingRun;
}

/** What `prepareRound` has changed for one request. */
export interface PreparedRequest {
  readonly params: Readonly<Record<string, unknown>>;
  /** Instead of those of the run. */
  readonly tools: ReadonlyMap<string, RunnableTool> | undefined;
}

/** Runs tools over one API: makes its requests, and interprets its responses. */
export interface RunAdapter<Response, Event, Progress, End extends string> {
  /** Tells saved runs of one API from those of another. */
  readonly api: string;
  /**
   * Send the next request.
   *
   * @param prepared - Parameters of this request alone.
   */
  request(signal: AbortSignal, prepared: PreparedRequest | undefined): PendingReply<Event, Response>;
  /**
   * The tool calls that are complete in a reply that is still being streamed: another call follows, or the server has said
   * why the reply ends. Empty if the event cannot have completed one.
   *
   * @param partial - What has arrived of the reply, including the event.
   */
  completedCalls(event: Event, partial: () => Response | undefined): readonly ToolCallRequest[];
  /**
   * Add a reply to the history. Returns the reply unchanged, and the tool calls to run: `undefined` for a reply that was cut
   * off or failed, which must not be acted on.
   */
  receive(response: Response): {
    readonly response: Response;
    readonly calls: readonly ToolCallRequest[] | undefined;
  };
  /** Add the results of these calls to the history, in the order of the calls. */
  addResults(results: readonly ToolCallResult[]): void;
  /** How the last reply ends the run; `undefined` while there is something to do, or no reply yet. */
  endedBy(): 'reply' | 'length' | 'failed' | undefined;
  /** Calls of the last reply that somebody else runs once they are confirmed. */
  pendingCalls(): readonly ToolCallRequest[];
  /** Prepare the next request. Returns a reason if there can be none. */
  prepareNext(signal: AbortSignal, decisions: ReadonlyMap<string, Decision>): Promise<End | undefined>;
  save(): SavedAdapter;
  restore(saved: SavedAdapter): void;
  progress(common: RunProgress<Response, unknown>): Progress;
}
