import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import { readDecision, type ApprovalDecision, type Decision } from './approval.js';
import { describedTool, type PendingRun, type PendingState } from './pending-run.js';
import type { RunnableTool } from './tool.js';

type Tools = ReadonlyMap<string, RunnableTool>;

/** A run to resume, and what was decided about its calls. Both come from callers. */
export class ResumedRun {
  readonly #pending: PendingRun;
  readonly #decisions: Readonly<Record<string, ApprovalDecision>>;

  constructor(pending: PendingRun, decisions: Readonly<Record<string, ApprovalDecision>>) {
    this.#pending = pending;
    this.#decisions = decisions;
  }

  /**
   * The state of the run, for a client of the given API.
   *
   * @throws {ArgumentError} for a state that cannot be resumed, and for decisions that are not about its calls.
   */
  readState(api: string, tools: Tools): PendingState {
    if (!isPendingRun(this.#pending))
      throw new ArgumentError(
        `The second argument must be the \`pending\` of a run of this version, unchanged and read from JSON; got ${kindOf(this.#pending)}`,
      );
    const { state } = this.#pending;
    if (state.api !== api)
      throw new ArgumentError(
        `This run is one over ${String(state.api)}; resume it with the same client, not with one for ${api}`,
      );
    // Written by the version that it names.
    const read = state as unknown as PendingState;
    this.#checkDecisions(read);
    for (const { id, name, runsOn } of this.#pending.calls) {
      const decision = this.#decisionOf(id);
      const isDenied =
        decision === 'deny' ||
        (isRecord(decision) && (decision as { decision?: unknown }).decision === 'deny');
      if (runsOn === 'server' || decision === undefined || isDenied) continue;
      const tool = tools.get(name);
      if (!tool)
        throw new ArgumentError(
          `The call ${id} is of the tool \`${name}\`; pass it in \`tools\`, or deny the call`,
        );
      if (describedTool(tool) !== read.tools[name])
        throw new ArgumentError(
          `The tool \`${name}\` is described in another way than when the model called it (call ${id}): deny the call, for the model to call the tool as it is now`,
        );
    }
    return read;
  }

  /** By call. @throws {ArgumentError} for a decision that cannot be carried out. */
  async readDecisions(tools: Tools): Promise<ReadonlyMap<string, Decision>> {
    const read = new Map<string, Decision>(
      Object.entries(decidedIn(this.#pending.state)).map(([id, isAllowed]) => [id, { isAllowed }]),
    );
    for (const { id, name, runsOn } of this.#pending.calls) {
      const given = this.#decisionOf(id);
      if (given === undefined) continue;
      const tool = runsOn === 'server' ? undefined : (tools.get(name) ?? denied);
      read.set(id, await readDecision(given, tool, `The decision about ${id}`));
    }
    return read;
  }

  /** Ids are those of a server, which may be names of `Object.prototype`. */
  #decisionOf(id: string): ApprovalDecision | undefined {
    return Object.hasOwn(this.#decisions, id) ? this.#decisions[id] : undefined;
  }

  #checkDecisions(state: PendingState): void {
    if (!isRecord(this.#decisions) || this.#decisions instanceof Map)
      throw new ArgumentError(
        `The third argument must be an object of decisions by the id of each call; got ${kindOf(this.#decisions)}`,
      );
    const ids = this.#pending.calls.map(({ id }) => id);
    for (const id of Object.keys(this.#decisions)) {
      if (ids.includes(id)) continue;
      const isDone = state.results.some((result) => result.id === id);
      const isDecided = Object.hasOwn(decidedIn(state), id);
      throw new ArgumentError(
        isDone || isDecided
          ? `The call ${id} ${isDone ? 'has run' : 'was decided'} already, and cannot be decided any more`
          : `No call ${id} waits for a decision; those that do: ${ids.join(', ') || 'none'}`,
      );
    }
  }
}

/** Whether it has the form of one, as it may have been cut or written by hand. */
function isPendingRun(given: unknown): boolean {
  const { state, calls } = isRecord(given) ? given : {};
  if (!isRecord(state) || state.version !== 1) return false;
  const { adapter, round, response, results, earlier, tools } = state;
  return (
    [adapter, response, tools].every(isRecord) &&
    Number.isInteger(round) &&
    [calls, results, earlier].every((list) => Array.isArray(list) && list.every(isCall))
  );
}

/** It is not there in a state of an earlier version. */
const decidedIn = ({ decided }: Partial<PendingState>): NonNullable<PendingState['decided']> => decided ?? {};

const isCall = (given: unknown): boolean =>
  isRecord(given) && [given.id, given.name, given.arguments].every((field) => typeof field === 'string');

/** Takes what a decision about any tool has: a call that is denied needs no tool. */
const denied = {} as RunnableTool;
