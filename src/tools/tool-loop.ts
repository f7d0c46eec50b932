import { textOf } from '../content/text-of.js';
import { thinkingOf } from '../content/thinking-of.js';
import { AbortError } from '../errors/abort-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { systemClock } from '../internal/clock.js';
import { followSignals } from '../internal/follow-signals.js';
import { isRecord } from '../internal/is-record.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { Asked, Dialog, RunCore, RunEnd, ToolRunEvent, ToolStep } from './dialog.js';
import type { ToolCallResult } from './execute-call.js';
import { keepPartialRun } from './partial-run.js';
import { ReplyCalls } from './reply-calls.js';
import type { LoopOptions } from './run-tools-options.js';
import { sumUsage, tokensOf } from './sum-usage.js';

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
  /** What was asked, while the reply is written; then the reply, while its calls run. */
  let asked: Asked<Event, Response> | undefined;
  let reply: Response | undefined;
  let calls: ReplyCalls | undefined;
  const core = (): RunCore<Response, unknown> => {
    const partial = asked?.partial?.();
    const response = reply ?? partial;
    // One that is still being written, from the first call that has started.
    const isActing = reply !== undefined || (calls !== undefined && calls.results.length > 0);
    return {
      steps: [...steps],
      usage,
      ...(partial ? { partial } : {}),
      ...(calls && response && isActing
        ? { interrupted: { round: calls.round, response, results: calls.results } }
        : {}),
    };
  };
  const end = (endedBy: RunEnd | End) => ({ ...dialog.progress(core()), endedBy });

  /** The error that ended the run also gets its partial result. */
  const keep = (failure: unknown) => {
    const progress = core();
    const { partial } = progress;
    if (partial && isRecord(failure) && failure.partial === undefined) attachPartial(failure, partial);
    keepPartialRun(failure, dialog.progress(progress));
  };

  // Clients and callbacks may ignore the signal.
  const wait: Wait = (promise) => untilAborted(signal, Promise.resolve(promise));

  try {
    for (let round = 1; ; round += 1) {
      calls = new ReplyCalls(round, options, following, started);
      asked = dialog.ask(signal);
      const received = dialog.receive(yield* read(asked, dialog, calls, wait));
      asked = undefined;
      reply = received.response;
      usage = sumUsage(usage, reply.usage);
      // Reply by reply: some count a total, and some do not.
      tokens += tokensOf(reply.usage);

      if (received.calls) yield* calls.startAll(received.calls);
      else calls.stop();
      while (calls.areRunning) {
        await calls.ready();
        yield* calls.take();
      }
      const { results } = calls;
      if (received.calls) dialog.answer(results);
      const step = { round, response: reply, results };
      reply = calls = undefined;
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

/** Hands out a reply as it is written, and starts the calls in it that are whole, as far as they may start. */
async function* read<Response, Event>(
  asked: Asked<Event, Response>,
  dialog: Pick<Dialog<Response, Event, never, never>, 'wholeCalls'>,
  calls: ReplyCalls,
  wait: Wait,
): AsyncGenerator<ToolRunEvent<Response, Event>, Response, void> {
  const { events, partial = () => undefined } = asked;
  let next: ReturnType<typeof events.next> | undefined;
  let isOver = false;
  try {
    for (;;) {
      next ??= events.next();
      const result = await wait(calls.areRunning ? Promise.race([next, calls.ready()]) : next);
      yield* calls.take();
      if (!result) continue;
      next = undefined;
      const { done, value } = result;
      if (done) {
        isOver = true;
        return value;
      }
      const { round } = calls;
      yield { type: 'event', round, event: value };
      const text = textOf(value);
      if (text !== '') yield { type: 'text-delta', round, text };
      const thinking = thinkingOf(value);
      if (thinking !== '') yield { type: 'thinking-delta', round, text: thinking };
      if (calls.canStartEarly) yield* calls.startEarly(dialog.wholeCalls(value, partial));
    }
  } finally {
    // Not awaited: a stream that ignores its signal would block the run.
    if (!isOver) void events.return(undefined as never).catch(() => undefined);
  }
}
