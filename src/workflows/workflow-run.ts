import type { NetworkEncodedInput } from '../../generated/types.gen.js';
import { AbortError } from '../errors/abort-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import type { WorkflowEvent, WorkflowsClient } from './workflows-client.js';
import type { StartedExecution } from './follow-execution.js';

/** The input of a signal, a query or an update. */
export type MessageInput = Readonly<Record<string, unknown>> | NetworkEncodedInput | null;

/** How a run is started and followed. */
export interface RunSource<Output> {
  readonly workflows: WorkflowsClient;
  readonly started: Promise<StartedExecution>;
  /** Follow it to its end. */
  follow(onEvent: (event: WorkflowEvent) => Promise<void> | undefined, left: AbortSignal): Promise<Output>;
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
  #isOver = false;
  /** Reads on after {@link mostEvents}. */
  #readOn = () => {};

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
    await this.#source.workflows.executions.signalWorkflowExecution(
      await this.#message('signal', name, input),
    );
  }

  /** Ask for something that the workflow knows, without changing it. */
  async query(name: string, input?: MessageInput): Promise<unknown> {
    const message = await this.#message('query', name, input);
    return (await this.#source.workflows.executions.queryWorkflowExecution(message)).result;
  }

  /** Change something, and get what the workflow says of it. */
  async update(name: string, input?: MessageInput): Promise<unknown> {
    const message = await this.#message('update', name, input);
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
   * It fails as the run does.
   *
   * A reader slows the reading of the stream down: up to a thousand events are kept for the fastest one. While the run is awaited,
   * it is not slowed down, and all that are not read are kept.
   */
  [Symbol.asyncIterator](): AsyncIterator<WorkflowEvent, void> {
    const queue = new EventQueue({
      onRead: () => this.#resume(),
      onLeave: () => {
        this.#queues.delete(queue);
        this.#resume();
        if (this.#queues.size > 0 || this.#isAwaited || this.#isOver) return;
        this.#leave.abort();
        this.#leave = new AbortController();
        this.#following = undefined;
      },
    });
    this.#queues.add(queue);
    this.#resume();
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
    this.#resume();
    return this.#follow();
  }

  #follow(): Promise<Output> {
    if (this.#following) return this.#following;
    const following = this.#source.follow((event) => this.#push(event), this.#leave.signal);
    this.#following = following;
    const end = () => {
      if (this.#following === following) this.#isOver = true;
    };
    following.then(end, end);
    return following;
  }

  #push(event: WorkflowEvent): Promise<void> | undefined {
    for (const queue of this.#queues) queue.push(event);
    return this.#isCrowded() ? new Promise((resolve) => (this.#readOn = resolve)) : undefined;
  }

  #resume(): void {
    if (!this.#isCrowded()) this.#readOn();
  }

  /** Whether all readers are far behind. */
  #isCrowded(): boolean {
    const queues = [...this.#queues];
    return !this.#isAwaited && queues.length > 0 && queues.every(({ size }) => size >= mostEvents);
  }

  async #message(method: string, name: string, input: MessageInput | undefined) {
    const owner = `run.${method}(name, input)`;
    if (typeof name !== 'string' || name === '')
      throw new ArgumentError(
        `${owner}: \`name\` must be the name of ${method === 'update' ? 'an' : 'a'} ${method}, as the workflow has it`,
      );
    if (input !== undefined && input !== null && !isRecord(input))
      throw new ArgumentError(`${owner}: \`input\` must be an object`);
    const execution_id = await this.executionId;
    return input === undefined ? { execution_id, name } : { execution_id, name, input };
  }
}

/** How many events are kept for a reader that is slower than the workflow. */
const mostEvents = 1000;

/** Events for one reader. */
class EventQueue implements AsyncIterator<WorkflowEvent, void> {
  readonly #events: WorkflowEvent[] = [];
  readonly #onRead: () => void;
  readonly #onLeave: () => void;
  #end: { readonly failure?: { readonly error: unknown } | undefined } | undefined;
  #waiting: (() => void)[] = [];
  #isLeft = false;

  constructor({ onRead, onLeave }: { readonly onRead: () => void; readonly onLeave: () => void }) {
    this.#onRead = onRead;
    this.#onLeave = onLeave;
  }

  get size(): number {
    return this.#events.length;
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
      if (event) {
        this.#onRead();
        return { done: false, value: event };
      }
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
