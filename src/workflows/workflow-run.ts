import type { NetworkEncodedInput } from '../../generated/types.gen.js';
import { AbortError } from '../errors/abort-error.js';
import type { WorkflowEvent, WorkflowsClient } from './workflows-client.js';
import type { StartedExecution } from './follow-execution.js';

/** The input of a signal, a query or an update. */
export type MessageInput = Readonly<Record<string, unknown>> | NetworkEncodedInput | null;

/** How a run is started and followed. */
export interface RunSource<Output> {
  readonly workflows: WorkflowsClient;
  readonly started: Promise<StartedExecution>;
  /** Follow it to its end. */
  follow(onEvent: (event: WorkflowEvent) => void, left: AbortSignal): Promise<Output>;
}

/**
 * An execution of a workflow. Await it for what the workflow returned; iterate it for its events, which end with it.
 *
 * It is followed only while somebody awaits or iterates it. What breaks out of a loop, aborts or fails does not stop the
 * workflow: {@link cancel} does.
 */
export class WorkflowRun<Output> implements Promise<Output>, AsyncIterable<WorkflowEvent> {
  readonly [Symbol.toStringTag] = 'WorkflowRun';
  readonly #source: RunSource<Output>;
  readonly #queues = new Set<EventQueue>();
  #following: Promise<Output> | undefined;
  #leave = new AbortController();
  #isAwaited = false;

  /** @internal */
  constructor(source: RunSource<Output>) {
    this.#source = source;
    // Who awaits the run, or uses it, gets the rejection.
    void source.started.catch(() => undefined);
  }

  /** The id of the execution, once it has started: keep it to follow the execution from another process. */
  get executionId(): Promise<string> {
    return this.#source.started.then(({ execution_id }) => execution_id);
  }

  /** Send a signal, which is not answered. */
  async signal(name: string, input?: MessageInput): Promise<void> {
    await this.#source.workflows.executions.signalWorkflowExecution(await this.#message(name, input));
  }

  /** Ask for something that the workflow knows, without changing it. */
  async query(name: string, input?: MessageInput): Promise<unknown> {
    const message = await this.#message(name, input);
    return (await this.#source.workflows.executions.queryWorkflowExecution(message)).result;
  }

  /** Change something, and get what the workflow says of it. */
  async update(name: string, input?: MessageInput): Promise<unknown> {
    const message = await this.#message(name, input);
    return (await this.#source.workflows.executions.updateWorkflowExecution(message)).result;
  }

  /** Ask the workflow to stop. It may clean up first; then the run rejects with a {@link JobFailedError}. */
  async cancel(): Promise<void> {
    const execution_id = await this.executionId;
    await this.#source.workflows.executions.cancelWorkflowExecution({ execution_id });
  }

  /** End the workflow at once, without cleaning up. */
  async terminate(): Promise<void> {
    const execution_id = await this.executionId;
    await this.#source.workflows.executions.terminateWorkflowExecution({ execution_id });
  }

  /**
   * The events of the execution, and of those that it starts: all of them if the run is not awaited yet, else those from now on.
   * Events that are not read are kept. It fails as the run does.
   */
  [Symbol.asyncIterator](): AsyncIterator<WorkflowEvent, void> {
    const queue = new EventQueue(() => {
      this.#queues.delete(queue);
      if (this.#queues.size > 0 || this.#isAwaited) return;
      this.#leave.abort();
      this.#leave = new AbortController();
      this.#following = undefined;
    });
    this.#queues.add(queue);
    const end = (failure?: { readonly error: unknown }) => {
      this.#queues.delete(queue);
      queue.end(failure);
    };
    this.#follow().then(
      () => end(),
      (error: unknown) => end({ error }),
    );
    return queue;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what a promise is for
  then<Value = Output, Failure = never>(
    onValue?: ((value: Output) => Value | PromiseLike<Value>) | null,
    onError?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.#result().then(onValue, onError);
  }

  catch<Failure = never>(
    onError?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Output | Failure> {
    return this.#result().catch(onError);
  }

  finally(onEnd?: (() => void) | null): Promise<Output> {
    return this.#result().finally(onEnd);
  }

  #result(): Promise<Output> {
    this.#isAwaited = true;
    return this.#follow();
  }

  #follow(): Promise<Output> {
    const onEvent = (event: WorkflowEvent) => this.#queues.forEach((queue) => queue.push(event));
    return (this.#following ??= this.#source.follow(onEvent, this.#leave.signal));
  }

  async #message(name: string, input: MessageInput | undefined) {
    const execution_id = await this.executionId;
    return input === undefined ? { execution_id, name } : { execution_id, name, input };
  }
}

/** Events for one reader. */
class EventQueue implements AsyncIterator<WorkflowEvent, void> {
  readonly #events: WorkflowEvent[] = [];
  readonly #onLeave: () => void;
  #end: { readonly failure?: { readonly error: unknown } | undefined } | undefined;
  #waiting: (() => void)[] = [];
  #isLeft = false;

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(event: WorkflowEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  end(failure?: { readonly error: unknown }): void {
    this.#end ??= { failure };
    this.#wake();
  }

  async next(): Promise<IteratorResult<WorkflowEvent, void>> {
    for (;;) {
      const event = this.#events.shift();
      if (event) return { done: false, value: event };
      if (this.#end) {
        const { failure } = this.#end;
        this.#end = {};
        // Of a reader that stopped itself.
        if (failure && !(this.#isLeft && AbortError.isInstance(failure.error))) throw failure.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async return(): Promise<IteratorResult<WorkflowEvent, void>> {
    this.#isLeft = true;
    this.#events.length = 0;
    this.end();
    this.#onLeave();
    return { done: true, value: undefined };
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
