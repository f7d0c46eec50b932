import type { MockAnswers } from './mock-answer.js';
import { mockBatches } from './mock-batches.js';

/** The look at which a job has ended, as in {@link mockBatches}. */
const looks = 3;

/**
 * What operations answer that have a memory: files can be read again, and jobs and documents come to their end after some
 * looks at them.
 */
export function lifelikeAnswers(): MockAnswers {
  const jobs = new Course(['QUEUED', 'RUNNING', 'SUCCESS'], 'CANCELLED');
  const documents = new Course(['todo', 'in_progress', 'done'], 'error');
  return {
    ...mockBatches({ looks }),
    'fineTuning.jobs.create': (_, job) => ({ ...job, status: 'QUEUED' }),
    'fineTuning.jobs.get': (_, job) => ({ ...job, status: jobs.look(job.id) }),
    'fineTuning.jobs.cancel': (_, job) => ({ ...job, status: jobs.stop(job.id) }),
    'beta.libraries.documents.upload': (_, document) => ({ ...document, process_status: 'todo' }),
    'beta.libraries.documents.reprocess': ({ params }) => documents.restart(params.document_id),
    'beta.libraries.documents.get': (_, document) => ({
      ...document,
      process_status: documents.look(document.id),
    }),
    'beta.libraries.documents.status': (_, status) => ({
      ...status,
      process_status: documents.look(status.document_id),
    }),
  };
}

/** Where things are that run for a while, by their ids. */
class Course<State extends string> {
  readonly #looks = new Map<string, number>();
  readonly #stopped = new Set<string>();
  readonly #states: readonly State[];
  readonly #stop: State;

  constructor(states: readonly State[], stop: State) {
    this.#states = states;
    this.#stop = stop;
  }

  look(id: string): State {
    if (this.#stopped.has(id)) return this.#stop;
    const count = (this.#looks.get(id) ?? 0) + 1;
    this.#looks.set(id, count);
    return count >= looks ? this.#states.at(-1)! : this.#states[Math.min(count, this.#states.length - 2)]!;
  }

  stop(id: string): State {
    this.#stopped.add(id);
    return this.#stop;
  }

  restart(id: string): undefined {
    this.#looks.delete(id);
  }
}
