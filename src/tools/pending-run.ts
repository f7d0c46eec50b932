import type { JsonObject } from '../structured/schema.js';
import type { PendingCall } from './approval.js';
import type { ToolCallRequest, ToolCallResult } from './tool-call.js';
import type { RunnableTool } from './tool.js';

/**
 * A run that waits for people, as JSON: keep it in a database, and go on with {@link resumeTools} once they have decided, in
 * this process or another. It contains the history of the run.
 */
export interface PendingRun {
  /** The calls to decide about. */
  readonly calls: readonly PendingCall[];
  /** For {@link resumeTools} alone; may change with any version. */
  readonly state: JsonObject;
}

/**
 * What an adapter was before it received a reply, in a form that JSON can hold: with the same reply, another one goes on from
 * there.
 */
export type SavedAdapter = Readonly<Record<string, unknown>>;

/** What `state` is to this version. */
export interface PendingState {
  readonly version: 1;
  readonly api: string;
  readonly adapter: SavedAdapter;
  readonly round: number;
  /** The reply whose calls wait. */
  readonly response: object;
  /** Of its calls that have run. */
  readonly results: readonly SavedResult[];
  /** Of the calls of the replies before. */
  readonly earlier: readonly SavedResult[];
  /** Whether `onStep` was called for the reply. */
  readonly isStepDone: boolean;
  readonly usage?: object;
  readonly tokens: number;
  /** Of calls that Mistral runs: whether a person has allowed them, while others still wait. */
  readonly decided?: Readonly<Record<string, boolean>>;
  /** The description of the tool of each call that waits here. */
  readonly tools: Readonly<Record<string, string>>;
}

/** A result without what JSON may not be able to hold. */
export type SavedResult = ToolCallRequest & Pick<ToolCallResult, 'status' | 'content' | 'chunks'>;

/** What was returned or thrown is not known any more. */
export const restoredResult = (saved: SavedResult): ToolCallResult =>
  ({ ...saved, ...(saved.status === 'done' ? { value: undefined } : {}) }) as ToolCallResult;

/** The description of a tool as a text: some databases change the order of fields. */
export const describedTool = (tool: RunnableTool): string => JSON.stringify(tool.function);
