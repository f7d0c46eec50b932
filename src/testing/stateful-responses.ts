import type { MockResponses } from './mock-response.js';
import { mockBatches } from './mock-batches.js';

/** How often a job has to be polled until it has ended, as in {@link mockBatches}. */
const pollsUntilEnded = 3;

/** Responses of operations with state: files can be read again, and jobs and documents end after some polls. */
export function statefulResponses(): MockResponses {
  const jobs = new StateMachine(['QUEUED', 'RUNNING', 'SUCCESS'], 'CANCELLED');
  const documents = new StateMachine(['todo', 'in_progress', 'done'], 'error');
  return {
    ...mockBatches({ pollsUntilEnded }),
    'fineTuning.jobs.create': (_, job) => ({ ...job, status: 'QUEUED' }),
    'fineTuning.jobs.get': (_, job) => ({ ...job, status: jobs.poll(job.id) }),
    'fineTuning.jobs.cancel': (_, job) => ({ ...job, status: jobs.stop(job.id) }),
    'beta.libraries.documents.upload': (_, document) => ({ ...document, process_status: 'todo' }),
    'beta.libraries.documents.reprocess': ({ params }) => documents.restart(params.document_id),
    'beta.libraries.documents.get': (_, document) => ({
      ...document,
      process_status: documents.poll(document.id),
    }),
    'beta.libraries.documents.status': (_, status) => ({
      ...status,
      process_status: documents.poll(status.document_id),
    }),
  };
}

/** The states of jobs and documents, by their ids. */
class StateMachine<State extends string> {
  readonly #polls = new Map<string, number>();
  readonly #stopped = new Set<string>();
  readonly #states: readonly State[];
  readonly #stop: State;

  constructor(states: readonly State[], stop: State) {
    this.#states = states;
    this.#stop = stop;
  }

  poll(id: string): State {
    if (this.#stopped.has(id)) return this.#stop;
    const count = (this.#polls.get(id) ?? 0) + 1;
    this.#polls.set(id, count);
    return count >= pollsUntilEnded
      ? this.#states.at(-1)!
      : this.#states[Math.min(count, this.#states.length - 2)]!;
  }

  stop(id: string): State {
    this.#stopped.add(id);
    return this.#stop;
  }

  restart(id: string): undefined {
    this.#polls.delete(id);
  }
}
