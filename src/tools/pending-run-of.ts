import type { Decision } from './approval.js';
import {
  describedTool,
  type PendingRun,
  type PendingState,
  type SavedAdapter,
  type SavedResult,
} from './pending-run.js';
import type { RunAdapter, ToolStep } from './run-adapter.js';
import { callOf, type ToolCallResult } from './tool-call.js';
import type { RunnableTool } from './tool.js';

/** What is known of a run when it has to wait for people. */
interface Suspended {
  readonly adapter: Pick<RunAdapter<never, never, never, never>, 'api' | 'pendingCalls'>;
  /** What the adapter was before it received the reply. */
  readonly saved: SavedAdapter;
  readonly step: ToolStep<object>;
  readonly isStepDone: boolean;
  /** By call: what was decided so far. */
  readonly decisions: ReadonlyMap<string, Decision>;
  /** The results of all calls of the run. */
  readonly ran: readonly ToolCallResult[];
  readonly usage: object | undefined;
  readonly tokens: number;
  readonly tools: ReadonlyMap<string, RunnableTool>;
}

/** A run that waits, as JSON: what happens to its history later does not change it. */
export function pendingRunOf({
  adapter,
  saved,
  step,
  isStepDone,
  decisions,
  ran,
  usage,
  tokens,
  tools,
}: Suspended): PendingRun {
  const waiting = step.results.filter(({ status }) => status === 'pending');
  const confirmed = adapter.pendingCalls();
  const decided = confirmed.filter(({ id }) => decisions.has(id));
  const own = new Set(step.results.map(({ id }) => id));
  const state: PendingState = {
    version: 1,
    api: adapter.api,
    adapter: saved,
    round: step.round,
    response: step.response,
    results: step.results.filter((result) => !waiting.includes(result)).map(savedResult),
    earlier: ran.filter(({ id }) => !own.has(id)).map(savedResult),
    isStepDone,
    ...(usage ? { usage } : {}),
    tokens,
    decided: Object.fromEntries(decided.map(({ id }) => [id, decisions.get(id)!.isAllowed])),
    tools: Object.fromEntries(waiting.map(({ name }) => [name, describedTool(tools.get(name)!)])),
  };
  const calls = [
    ...waiting.map((result) => ({ ...callOf(result), runsOn: 'client' })),
    ...confirmed.filter((call) => !decided.includes(call)).map((call) => ({ ...call, runsOn: 'server' })),
  ];
  return JSON.parse(JSON.stringify({ calls, state })) as PendingRun;
}

const savedResult = (result: ToolCallResult): SavedResult => ({
  ...callOf(result),
  status: result.status,
  content: result.content,
  ...(result.chunks ? { chunks: result.chunks } : {}),
});
