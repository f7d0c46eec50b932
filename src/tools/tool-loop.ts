import { textOf } from '../content/text-of.js';
import { thinkingOf } from '../content/thinking-of.js';
import { AbortError } from '../errors/abort-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { systemClock } from '../internal/clock.js';
import { followSignals, type Following } from '../internal/follow-signals.js';
import { isRecord } from '../internal/is-record.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { Asked, Dialog, RunCore, RunEnd, ToolRunEvent, ToolStep } from './dialog.js';
import { cancelled, executeCall, failed, type ToolCallRequest, type ToolCallResult } from './execute-call.js';
import { keepPartialRun } from './partial-run.js';
import { runInLanes } from './run-in-lanes.js';
import type { LoopOptions } from './run-tools-options.js';
import { sumUsage, tokensOf } from './sum-usage.js';
import { ToolError } from './tool-error.js';

type Wait = <T>(promise: T | PromiseLike<T>) => Promise<T>;

/** A run, event by event; its return value is the result. */
export type ToolLoop<Response, Event, Progress, End> = AsyncGenerator<
  ToolRunEvent<Response, Event>,
  Progress & { readonly endedBy: RunEnd | End },
  void
>;

/**
 * Send a request, run the calls of its reply, send another with their results, until there are none.
 *
 * @param left - Aborts when the reader of the events stops, with the error for those who await the result.
 */
export async function* toolLoop<
  Response extends { usage?: object | null },
  Event,
  Progress extends object,
  End extends string,
>(
  dialog: Dialog<Response, Event, Progress, End>,
  options: LoopOptions<ToolStep<Response>, Progress>,
  left?: AbortSignal,
): ToolLoop<Response, Event, Progress, End> {
  const { maxRounds, maxTokens, timeoutMs, onStep, stopWhen } = options;
  const following = followSignals(options.signal, left);
  const { signal } = following;
  const timeout =
    timeoutMs && new TimeoutError(`The run of tools took longer than ${timeoutMs} ms`, timeoutMs);
  const takeBack = timeout ? systemClock.after(timeoutMs, () => following.end(timeout)) : () => {};
  const started = new Map<string, Promise<ToolCallResult>>();
  const steps: ToolStep<Response>[] = [];
  let usage: object | undefined;
  let tokens = 0;
  let interrupted: ToolStep<Response> | undefined;
  let asked: Asked<Event, Response> | undefined;
  const core = (): RunCore<Response, unknown> => {
    const partial = asked?.partial?.();
    return { steps: [...steps], usage, ...(partial ? { partial } : {}) };
  };
  const end = (endedBy: RunEnd | End) => ({ ...dialog.progress(core()), endedBy });

  /** The error that ended the run also gets its partial result. */
  const keep = (failure: unknown) => {
    const progress = core();
    const { partial } = progress;
    if (partial && isRecord(failure) && failure.partial === undefined) attachPartial(failure, partial);
    keepPartialRun(failure, dialog.progress({ ...progress, ...(interrupted ? { interrupted } : {}) }));
  };

  // Clients and callbacks may ignore the signal.
  const wait: Wait = (promise) => untilAborted(signal, Promise.resolve(promise));

  try {
    for (let round = 1; ; round += 1) {
      const { response, calls } = dialog.receive(yield* read((asked = dialog.ask(signal)), round, wait));
      asked = undefined;
      usage = sumUsage(usage, response.usage);
      // Reply by reply: some count a total, and some do not.
      tokens += tokensOf(response.usage);

      const results: ToolCallResult[] = calls.map(cancelled);
      interrupted = { round, response, results };
      for (const call of calls) yield { type: 'tool-call', round, call };
      const runs = calls.map((call, place) => async () => {
        results[place] = await executeOnce(call, options, { signal, round }, started);
        return results[place];
      });
      for await (const result of runInLanes(runs, options.concurrency)) {
        throwIfLeft(following);
        if (result.status === 'failed' && options.onError === 'throw') throw toolErrorOf(result);
        yield { type: 'tool-result', round, result };
      }
      dialog.answer(results);
      const step = interrupted;
      interrupted = undefined;
      steps.push(step);
      yield { type: 'step', round, step };
      await wait(onStep?.(step, dialog.progress(core())));

      const ended = dialog.endedBy();
      if (ended) return end(ended);
      if (await wait(stopWhen?.(step, dialog.progress(core())))) return end('stop');
      if (tokens >= maxTokens) return end('maxTokens');
      if (round >= maxRounds) return end('maxRounds');
      const reason = await wait(dialog.proceed(signal));
      if (reason) return end(reason);
    }
  } catch (failure) {
    // The end of the time is a result; an abort never is.
    if (timeout && failure === timeout) return end(dialog.endedBy() ?? 'timeout');
    const isAbort = signal.aborted && !following.verdict && failure === signal.reason;
    const error = isAbort ? new AbortError(failure) : failure;
    keep(error);
    throw error;
  } finally {
    takeBack();
    if (left?.aborted) keep(left.reason);
    // Whatever still runs, because the run failed or was left, should not.
    following.abort();
  }
}

async function* read<Response, Event>(
  { events }: Asked<Event, Response>,
  round: number,
  wait: Wait,
): AsyncGenerator<ToolRunEvent<Response, Event>, Response, void> {
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await wait(events.next());
      if (done) {
        isOver = true;
        return value;
      }
      yield { type: 'event', round, event: value };
      const text = textOf(value);
      if (text !== '') yield { type: 'text-delta', round, text };
      const thinking = thinkingOf(value);
      if (thinking !== '') yield { type: 'thinking-delta', round, text: thinking };
    }
  } finally {
    // Not awaited: a stream that ignores its signal would block the run.
    if (!isOver) void events.return(undefined as never).catch(() => undefined);
  }
}

function throwIfLeft({ controller: { signal }, verdict }: Following): void {
  if (signal.aborted && !verdict) throw signal.reason as Error;
}

/**
 * Run a call, unless it was run before in this run: then its result is given again, as long as it asks for the
 * same thing.
 */
async function executeOnce(
  call: ToolCallRequest,
  { tools }: Pick<LoopOptions<never, never>, 'tools'>,
  context: Parameters<typeof executeCall>[2],
  started: Map<string, Promise<ToolCallResult>>,
): Promise<ToolCallResult> {
  const before = started.get(call.id);
  if (!before) {
    const running = executeCall(call, tools, context);
    started.set(call.id, running);
    return running;
  }
  const result = await before;
  if (result.name !== call.name || result.arguments !== call.arguments)
    return failed(call, `The id ${call.id} is that of another call; nothing was run`);
  return { ...result, isRepeated: true };
}

function toolErrorOf(result: Extract<ToolCallResult, { status: 'failed' }>): ToolError {
  const problem = result.content.replace(/^Error: /, '');
  return new ToolError(
    result.name,
    result.id,
    problem,
    'error' in result ? { cause: result.error } : undefined,
  );
}
