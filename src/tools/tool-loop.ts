import { textOf } from '../content/text-of.js';
import { thinkingOf } from '../content/thinking-of.js';
import { AbortError } from '../errors/abort-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { systemClock } from '../internal/clock.js';
import { linkSignals } from '../internal/linked-cancellation.js';
import { isRecord } from '../internal/is-record.js';
import { untilAborted } from '../internal/until-aborted.js';
import { attachPartialRun } from './partial-run.js';
import type { PendingReply } from './pending-reply.js';
import { ReplyCalls } from './reply-calls.js';
import type { RunAdapter, RunEnd, RunProgress, ToolRunEvent, ToolStep } from './run-adapter.js';
import { pendingRunOf } from './pending-run-of.js';
import { restoredResult, type PendingState } from './pending-run.js';
import { readPrepared } from './read-prepared.js';
import type { LoopOptions } from './run-tools-options.js';
import { sumUsage, tokensOf } from './sum-usage.js';

type Wait = <T>(promise: T | PromiseLike<T>) => Promise<T>;

/** The events of a run; its return value is the result. */
export type ToolLoop<Response, Event, Progress, End> = AsyncGenerator<
  ToolRunEvent<Response, Event>,
  Progress & { readonly endedBy: RunEnd | End },
  void
>;

/**
 * Send a request, run the tool calls of the reply and send their results, until a reply has no tool calls.
 *
 * @param cancelSignal - Aborts when the consumer of the events stops, with the error for those who await the result.
 * @param resumed - The state of a run that waited for people, to go on from.
 */
export async function* toolLoop<
  Response extends { usage?: object | null },
  Event,
  Progress extends object,
  End extends string,
>(
  adapter: RunAdapter<Response, Event, Progress, End>,
  options: LoopOptions<ToolStep<Response>, Progress>,
  cancelSignal?: AbortSignal,
  resumed?: PendingState,
): ToolLoop<Response, Event, Progress, End> {
  const { tools, maxRounds, maxTokens, timeoutMs, prepareRound, onStep, stopWhen } = options;
  const cancellation = linkSignals(options.signal, cancelSignal);
  const { signal } = cancellation;
  const timeout =
    timeoutMs && new TimeoutError(`The run of tools took longer than ${timeoutMs} ms`, timeoutMs);
  const stopTimer = timeout ? systemClock.after(timeoutMs, () => cancellation.fail(timeout)) : () => {};
  const started = new Map(
    [...(resumed?.earlier ?? []), ...(resumed?.results ?? [])].map((result) => [
      result.id,
      Promise.resolve(restoredResult(result)),
    ]),
  );
  const steps: ToolStep<Response>[] = [];
  let usage = resumed?.usage;
  let tokens = resumed?.tokens ?? 0;
  let restored = resumed;
  let saved = resumed?.adapter ?? {};
  let roundTools = tools;
  /** The reply while it arrives; then `reply`, while its calls run. */
  let pending: PendingReply<Event, Response> | undefined;
  let reply: Response | undefined;
  let calls: ReplyCalls | undefined;
  const progressOf = (): RunProgress<Response, unknown> => {
    const partial = pending?.partial?.();
    const response = reply ?? partial;
    // A reply that is still arriving counts from the first call that has started early.
    const hasCalls = reply !== undefined || (calls !== undefined && calls.results.length > 0);
    return {
      steps: [...steps],
      usage,
      ...(partial ? { partial } : {}),
      ...(calls && response && hasCalls
        ? { interrupted: { round: calls.round, response, results: calls.results } }
        : {}),
    };
  };
  const end = (endedBy: RunEnd | End) => ({ ...adapter.progress(progressOf()), endedBy });
  /** Ends a run that waits for people. */
  const suspend = async (endedBy: RunEnd | End, step: ToolStep<Response>) => {
    const waiting = pendingRunOf({
      adapter,
      saved,
      step,
      isStepDone: endedBy !== 'approval',
      decisions: options.decisions,
      // All of them have ended.
      ran: await Promise.all(started.values()),
      usage,
      tokens,
      tools: roundTools,
    });
    return { ...end(endedBy), pending: waiting };
  };

  /** Attach the state of the run to the error that ended it. */
  const attachProgress = (failure: unknown) => {
    const progress = progressOf();
    const { partial } = progress;
    if (partial && isRecord(failure) && failure.partial === undefined) attachPartial(failure, partial);
    attachPartialRun(failure, adapter.progress(progress));
  };

  const prepare = async (progress: Progress & { round: number }) =>
    readPrepared(await prepareRound?.(progress));

  // Clients and callbacks may ignore the signal.
  const wait: Wait = (promise) => untilAborted(signal, Promise.resolve(promise));

  try {
    for (let round = resumed?.round ?? 1; ; round += 1) {
      let received;
      if (restored) {
        calls = new ReplyCalls(round, options, cancellation, started);
        calls.restore(restored.results.map(restoredResult));
        // It is what such a reply was.
        received = adapter.receive(restored.response as Response);
      } else {
        const prepared = await wait(prepare({ ...adapter.progress(progressOf()), round }));
        roundTools = prepared?.tools ?? tools;
        calls = new ReplyCalls(round, { ...options, tools: roundTools }, cancellation, started);
        saved = adapter.save();
        pending = adapter.request(signal, prepared);
        received = adapter.receive(yield* read(pending, adapter, calls, wait));
        pending = undefined;
        usage = sumUsage(usage, received.response.usage);
        // Per reply, since some servers omit the total of some replies.
        tokens += tokensOf(received.response.usage);
      }
      reply = received.response;

      if (received.calls) yield* calls.startAll(received.calls);
      else calls.abort();
      while (calls.areRunning) {
        await calls.ready();
        yield* calls.takeResults();
      }
      const { results } = calls;
      const step = { round, response: reply, results };
      calls.throwFault();
      if (calls.pending.length > 0) return await suspend('approval', step);
      if (received.calls) adapter.addResults(results);
      reply = calls = undefined;
      const isStepDone = restored?.isStepDone;
      restored = undefined;
      if (!isStepDone) {
        steps.push(step);
        yield { type: 'step', round, step };
        await wait(onStep?.(step, adapter.progress(progressOf())));

        const ended = adapter.endedBy();
        if (ended) return end(ended);
        if (await wait(stopWhen?.(step, adapter.progress(progressOf())))) return end('stop');
        if (tokens >= maxTokens) return end('maxTokens');
        if (round >= maxRounds) return end('maxRounds');
      }
      const reason = await wait(adapter.prepareNext(signal, options.decisions));
      if (reason) return adapter.pendingCalls().length > 0 ? await suspend(reason, step) : end(reason);
    }
  } catch (failure) {
    // A timeout of the run is a result, an abort by the caller an error.
    if (timeout && failure === timeout) return end(adapter.endedBy() ?? 'timeout');
    const isAbort = signal.aborted && !cancellation.failure && failure === signal.reason;
    const error = isAbort ? new AbortError(failure) : failure;
    attachProgress(error);
    throw error;
  } finally {
    stopTimer();
    if (cancelSignal?.aborted) attachProgress(cancelSignal.reason);
    // Stops what still runs after a failure or a cancellation.
    cancellation.abort();
  }
}

/** Read a reply: yields its events, and starts the calls that are complete and have a tool with `startEarly`. */
async function* read<Response, Event>(
  pending: PendingReply<Event, Response>,
  adapter: Pick<RunAdapter<Response, Event, never, never>, 'completedCalls'>,
  calls: ReplyCalls,
  wait: Wait,
): AsyncGenerator<ToolRunEvent<Response, Event>, Response, void> {
  const { events, partial = () => undefined } = pending;
  let next: ReturnType<typeof events.next> | undefined;
  let isOver = false;
  try {
    for (;;) {
      next ??= events.next();
      const result = await wait(calls.areRunning ? Promise.race([next, calls.ready()]) : next);
      yield* calls.takeResults();
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
      if (calls.canStartEarly) yield* calls.startEarly(adapter.completedCalls(value, partial));
    }
  } finally {
    // Not awaited: a stream that ignores its signal would block the run.
    if (!isOver) void events.return(undefined as never).catch(() => undefined);
  }
}
