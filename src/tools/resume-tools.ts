import { withCallerStack } from '../errors/caller.js';
import type { ApprovalDecision } from './approval.js';
import type {
  CompletionClient,
  CompletionStreamClient,
  ConversationClient,
  ConversationStreamClient,
} from './clients.js';
import type { PendingRun } from './pending-run.js';
import { finish, prepareRun, prepareStreamedRun } from './prepare-run.js';
import { ResumedRun } from './read-pending.js';
import type {
  CompletionRun,
  CompletionRunEvent,
  CompletionToolsOptions,
  ConversationRun,
  ConversationRunEvent,
  ConversationToolsOptions,
} from './run.js';
import type { RunStream } from './run-stream.js';

/** By the id of each call. Calls without a decision wait on. */
export type ApprovalDecisions = Readonly<Record<string, ApprovalDecision>>;

/**
 * Go on with a run that ended with `endedBy: 'approval'` or `'confirmation'`, in this process or another.
 *
 * What ran does not run again, and a call that the model repeats gets its earlier result. Rounds, tokens and `usage` count on from where they
 * were; `steps` are those since. While a call has no decision, the run ends again with what is still `pending`.
 *
 * Two processes that resume the same run both run its calls: take `pending` out of the database when you resume it.
 *
 * @param client - As for {@link runTools}, for the same API.
 * @param pending - From the result of the run, or what was read from its JSON.
 * @param decisions - `{ [call.id]: 'allow' }`, for calls of `pending.calls`.
 * @param options - Those of the run, with its `tools`.
 * @throws {ArgumentError} for a decision about another call, for a tool that has changed or is missing, and as {@link runTools}.
 *
 * @example
 * ```ts
 * import { resumeTools, runTools, tool } from 'mistral-sdk/tools';
 *
 * const refund = tool({
 *   name: 'refund',
 *   description: 'Pay an order back',
 *   parameters: { type: 'object', properties: { order: { type: 'string' } } },
 *   needsApproval: true,
 *   execute: () => 'Paid back',
 * });
 * const run = await runTools(mistral.chat, { model, messages }, { tools: [refund] });
 * if (run.endedBy === 'approval' && run.pending) {
 *   const saved = JSON.stringify(run.pending); // until tomorrow
 *   const pending = JSON.parse(saved);
 *   const decisions = Object.fromEntries(run.pending.calls.map(({ id }) => [id, 'allow' as const]));
 *   const { message } = await resumeTools(mistral.chat, pending, decisions, { tools: [refund] });
 *   console.log(textOf(message));
 * }
 * ```
 */
export function resumeTools(
  client: CompletionClient<never>,
  pending: PendingRun,
  decisions: ApprovalDecisions,
  options: CompletionToolsOptions,
): Promise<CompletionRun>;
export function resumeTools(
  client: ConversationClient,
  pending: PendingRun,
  decisions: ApprovalDecisions,
  options: ConversationToolsOptions,
): Promise<ConversationRun>;
export function resumeTools(
  client: CompletionClient<never> | ConversationClient,
  pending: PendingRun,
  decisions: ApprovalDecisions,
  options: CompletionToolsOptions | ConversationToolsOptions,
): Promise<CompletionRun | ConversationRun> {
  return withCallerStack(async () =>
    finish(prepareRun(client, undefined, options, new ResumedRun(pending, decisions))),
  );
}

/**
 * {@link resumeTools} with streaming, as {@link streamTools}.
 *
 * @throws {MistralError} the same errors as {@link resumeTools}, when the run is iterated or awaited.
 */
export function resumeStreamTools(
  client: CompletionStreamClient<never>,
  pending: PendingRun,
  decisions: ApprovalDecisions,
  options: CompletionToolsOptions,
): RunStream<CompletionRunEvent, CompletionRun>;
export function resumeStreamTools(
  client: ConversationStreamClient,
  pending: PendingRun,
  decisions: ApprovalDecisions,
  options: ConversationToolsOptions,
): RunStream<ConversationRunEvent, ConversationRun>;
export function resumeStreamTools(
  client: CompletionStreamClient<never> | ConversationStreamClient,
  pending: PendingRun,
  decisions: ApprovalDecisions,
  options: CompletionToolsOptions | ConversationToolsOptions,
): RunStream<CompletionRunEvent, CompletionRun> | RunStream<ConversationRunEvent, ConversationRun> {
  return prepareStreamedRun(client, undefined, options, new ResumedRun(pending, decisions));
}
