import { MistralError } from '../errors/mistral-error.js';
import { linkSignals, type LinkedCancellation } from '../internal/linked-cancellation.js';
import type { ToolRunEvent } from './run-adapter.js';
import { needsApproval, readDecision, type Decision } from './approval.js';
import { cancelled, executeCall, failed } from './execute-call.js';
import { callOf, type ToolCallRequest, type ToolCallResult } from './tool-call.js';
import { TaskPool } from './task-pool.js';
import type { LoopOptions } from './run-tools-options.js';
import type { RunnableTool, ToolContext } from './tool.js';
import { ToolError } from './tool-error.js';

type CallEvent = Extract<
  ToolRunEvent<never, never>,
  { type: 'tool-call' | 'tool-progress' | 'tool-approval' | 'tool-result' }
>;

type CallOptions = Pick<
  LoopOptions<never, never>,
  'tools' | 'onError' | 'concurrency' | 'maxResultBytes' | 'onApproval' | 'decisions'
>;

/** A tool call and its result, which is `cancelled` until there is one. */
interface Slot {
  readonly call: ToolCallRequest;
  result: ToolCallResult;
}

/** The tool calls of one reply, which may start before the reply is complete, and their results. */
export class ReplyCalls {
  readonly round: number;
  /** Whether any tool may start before the reply is complete. */
  readonly canStartEarly: boolean;
  readonly #options: CallOptions;
  readonly #run: LinkedCancellation;
  readonly #toolAbort: LinkedCancellation;
  readonly #started: Map<string, Promise<ToolCallResult>>;
  readonly #pool: TaskPool<ToolCallResult>;
  #slots: readonly Slot[] = [];
  #progress: CallEvent[] = [];
  #fault: { readonly failure: unknown } | undefined;

  /**
   * @param run - Aborts when the run ends.
   * @param started - The calls of all replies of the run so far, by id.
   */
  constructor(
    round: number,
    options: CallOptions,
    run: LinkedCancellation,
    started: Map<string, Promise<ToolCallResult>>,
  ) {
    this.round = round;
    this.canStartEarly = [...options.tools.values()].some(mayStartEarly);
    this.#options = options;
    this.#run = run;
    this.#toolAbort = linkSignals(run);
    this.#started = started;
    this.#pool = new TaskPool(options.concurrency);
  }

  /** The results, in the order of the calls. */
  get results(): readonly ToolCallResult[] {
    return this.#slots.map(({ result }) => result);
  }

  /** The calls that wait for a person. */
  get pending(): readonly ToolCallRequest[] {
    return this.#slots.filter(({ result }) => result.status === 'pending').map(({ call }) => call);
  }

  /** Take over the results of calls that ran before the run was resumed. */
  restore(results: readonly ToolCallResult[]): void {
    this.#slots = results.map((result) => ({ call: result, result }));
  }

  /** @throws what a caller threw who was asked for an approval. */
  throwFault(): void {
    if (this.#fault) throw this.#fault.failure;
  }

  /** Whether there are results to wait for. */
  get areRunning(): boolean {
    return this.#pool.isBusy;
  }

  /** Start the given calls whose tools have `startEarly`, unless they have started already. */
  *startEarly(calls: readonly ToolCallRequest[]): Generator<CallEvent, void, void> {
    const started = new Set(this.#slots.map(({ call }) => call.id));
    const slots = calls
      .filter(({ id, name }) => mayStartEarly(this.#options.tools.get(name)) && !started.has(id))
      .map(toSlot);
    this.#slots = [...this.#slots, ...slots];
    yield* this.#start(slots);
  }

  /**
   * Start the calls of the complete reply that have not started yet.
   *
   * @throws {MistralError} if a call that has started is not among them.
   */
  *startAll(calls: readonly ToolCallRequest[]): Generator<CallEvent, void, void> {
    const early = [...this.#slots];
    const slots = calls.map((call) => {
      const place = early.findIndex((slot) => isSame(slot.call, call));
      return place < 0 ? toSlot(call) : early.splice(place, 1)[0]!;
    });
    const [changed] = early;
    if (changed)
      throw new MistralError(
        `The server changed the tool call \`${changed.call.id}\` after its tool had started; remove \`startEarly\` from the tool \`${changed.call.name}\``,
      );
    const started = this.#slots;
    this.#slots = slots;
    yield* this.#start(slots.filter((slot) => !started.includes(slot)));
  }

  /** Abort the tools that have started: the reply must not be acted on. */
  abort(): void {
    this.#toolAbort.abort();
  }

  /** Wait until there is something to take. */
  ready(): Promise<void> {
    return this.#pool.ready();
  }

  /**
   * Events for the results that are ready, and for what the tools have reported.
   *
   * @throws {ToolError} for a failed call that ends the run.
   */
  *takeResults(): Generator<CallEvent, void, void> {
    yield* this.#progress.splice(0);
    for (const result of this.#pool.results()) {
      // Checked before each result: the caller may have aborted the run at the previous one.
      const { aborted, failure, reason } = this.#run;
      if (aborted && !failure) throw reason as Error;
      if (result.status === 'failed' && this.#options.onError === 'throw') throw toolErrorOf(result);
      const { round } = this;
      yield result.status === 'pending'
        ? { type: 'tool-approval', round, call: callOf(result) }
        : { type: 'tool-result', round, result };
    }
  }

  *#start(slots: readonly Slot[]): Generator<CallEvent, void, void> {
    for (const { call } of slots) yield { type: 'tool-call', round: this.round, call };
    for (const slot of slots) this.#pool.run(async () => (slot.result = await this.#executeOnce(slot.call)));
  }

  /**
   * Execute a call, unless an earlier reply of this run had the same call: then return its result again. A different call with
   * the same id fails.
   */
  async #executeOnce(call: ToolCallRequest): Promise<ToolCallResult> {
    const earlier = this.#started.get(call.id);
    if (!earlier) {
      const running = this.#execute(call);
      this.#started.set(call.id, running);
      return running;
    }
    const result = await earlier;
    if (!isSame(result, call))
      return failed(call, `The id ${call.id} belongs to another call; the tool was not run`);
    return { ...result, isRepeated: true };
  }

  async #execute(call: ToolCallRequest): Promise<ToolCallResult> {
    const { round } = this;
    let isOver = false;
    const reportProgress = (progress: unknown): void => {
      if (isOver) return;
      this.#progress.push({ type: 'tool-progress', round, call, progress });
      this.#pool.wake();
    };
    const { tools, maxResultBytes } = this.#options;
    const result = await executeCall(
      call,
      { tools, maxResultBytes, decide: (...given) => this.#decide(...given) },
      { signal: this.#toolAbort.signal, round, reportProgress },
    );
    isOver = true;
    return result;
  }

  async #decide(
    call: ToolCallRequest,
    tool: RunnableTool,
    args: unknown,
    context: ToolContext,
  ): Promise<Decision | undefined> {
    const { decisions, onApproval } = this.#options;
    try {
      const decided = decisions.get(call.id);
      if (decided) return decided;
      if (!(await needsApproval(tool, args, context))) return { isAllowed: true };
      if (!onApproval) return undefined;
      return await readDecision(await onApproval(callOf(call)), tool, 'The result of `onApproval`');
    } catch (failure) {
      // It is the fault of the caller, and the model can do nothing about it.
      this.#fault ??= { failure };
      this.abort();
      return undefined;
    }
  }
}

/** A call that a person has to allow has not been allowed while the reply is still arriving. */
const mayStartEarly = (tool: RunnableTool | undefined): boolean =>
  tool?.startEarly === true && !tool.needsApproval;

const toSlot = (call: ToolCallRequest): Slot => ({ call, result: cancelled(call) });

const isSame = (one: ToolCallRequest, other: ToolCallRequest): boolean =>
  one.id === other.id && one.name === other.name && one.arguments === other.arguments;

function toolErrorOf(result: Extract<ToolCallResult, { status: 'failed' }>): ToolError {
  const problem = result.content.replace(/^Error: /, '');
  return new ToolError(
    result.name,
    result.id,
    problem,
    'error' in result ? { cause: result.error } : undefined,
  );
}
