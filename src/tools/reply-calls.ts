import { MistralError } from '../errors/mistral-error.js';
import { followSignals, type Following } from '../internal/follow-signals.js';
import type { ToolRunEvent } from './dialog.js';
import { cancelled, executeCall, failed, type ToolCallRequest, type ToolCallResult } from './execute-call.js';
import { Lanes } from './lanes.js';
import type { LoopOptions } from './run-tools-options.js';
import { ToolError } from './tool-error.js';

type Told = Extract<ToolRunEvent<never, never>, { type: 'tool-call' | 'tool-result' }>;

/** A call with its result, which is `cancelled` until there is one. */
interface Slot {
  readonly call: ToolCallRequest;
  result: ToolCallResult;
}

/** The calls of one reply, which may start before it is whole, and their results. */
export class ReplyCalls {
  readonly round: number;
  /** Whether any tool may start before the reply is whole. */
  readonly canStartEarly: boolean;
  readonly #options: Pick<LoopOptions<never, never>, 'tools' | 'onError' | 'concurrency'>;
  readonly #run: Following;
  readonly #acting: Following;
  readonly #started: Map<string, Promise<ToolCallResult>>;
  readonly #lanes: Lanes<ToolCallResult>;
  #slots: readonly Slot[] = [];

  /**
   * @param run - Ends the run.
   * @param started - The calls of the run so far, by their ids.
   */
  constructor(
    round: number,
    options: Pick<LoopOptions<never, never>, 'tools' | 'onError' | 'concurrency'>,
    run: Following,
    started: Map<string, Promise<ToolCallResult>>,
  ) {
    this.round = round;
    this.canStartEarly = [...options.tools.values()].some(({ startEarly }) => startEarly);
    this.#options = options;
    this.#run = run;
    this.#acting = followSignals(run);
    this.#started = started;
    this.#lanes = new Lanes(options.concurrency);
  }

  /** In the order of the calls. */
  get results(): readonly ToolCallResult[] {
    return this.#slots.map(({ result }) => result);
  }

  /** Whether there are results to wait for. */
  get areRunning(): boolean {
    return this.#lanes.isBusy;
  }

  /** Start those of some calls that may start before the reply is whole, unless they have. */
  *startEarly(calls: readonly ToolCallRequest[]): Generator<Told, void, void> {
    const begun = new Set(this.#slots.map(({ call }) => call.id));
    const slots = calls
      .filter(({ id, name }) => this.#options.tools.get(name)?.startEarly && !begun.has(id))
      .map(slotOf);
    this.#slots = [...this.#slots, ...slots];
    yield* this.#start(slots);
  }

  /**
   * The reply is whole, and has these calls: start those that have not started yet.
   *
   * @throws {MistralError} if one that has started is not among them.
   */
  *startAll(calls: readonly ToolCallRequest[]): Generator<Told, void, void> {
    const early = [...this.#slots];
    const slots = calls.map((call) => {
      const place = early.findIndex((slot) => isSame(slot.call, call));
      return place < 0 ? slotOf(call) : early.splice(place, 1)[0]!;
    });
    const [changed] = early;
    if (changed)
      throw new MistralError(
        `The server changed the tool call \`${changed.call.id}\` after its tool had started; take \`startEarly\` off the tool \`${changed.call.name}\``,
      );
    const before = this.#slots;
    this.#slots = slots;
    yield* this.#start(slots.filter((slot) => !before.includes(slot)));
  }

  /** The reply is not to be acted on: tell the tools that have started to stop. */
  stop(): void {
    this.#acting.abort();
  }

  /** Wait for a result. */
  ready(): Promise<void> {
    return this.#lanes.ready();
  }

  /**
   * Tell of the results that there are by now.
   *
   * @throws {ToolError} for one that ends the run.
   */
  *take(): Generator<Told, void, void> {
    for (const result of this.#lanes.take()) {
      // For each result anew: the run may have been aborted at the one before.
      const { aborted, verdict, reason } = this.#run;
      if (aborted && !verdict) throw reason as Error;
      if (result.status === 'failed' && this.#options.onError === 'throw') throw toolErrorOf(result);
      yield { type: 'tool-result', round: this.round, result };
    }
  }

  *#start(slots: readonly Slot[]): Generator<Told, void, void> {
    for (const { call } of slots) yield { type: 'tool-call', round: this.round, call };
    for (const slot of slots) this.#lanes.run(async () => (slot.result = await this.#executeOnce(slot.call)));
  }

  /**
   * Run a call, unless it was run before in this run: then its result is given again, as long as it asks for the
   * same thing.
   */
  async #executeOnce(call: ToolCallRequest): Promise<ToolCallResult> {
    const before = this.#started.get(call.id);
    if (!before) {
      const { signal } = this.#acting;
      const running = executeCall(call, this.#options.tools, { signal, round: this.round });
      this.#started.set(call.id, running);
      return running;
    }
    const result = await before;
    if (!isSame(result, call))
      return failed(call, `The id ${call.id} is that of another call; nothing was run`);
    return { ...result, isRepeated: true };
  }
}

const slotOf = (call: ToolCallRequest): Slot => ({ call, result: cancelled(call) });

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
