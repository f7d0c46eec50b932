import { executionResponses } from './execution-responses.js';
import type { MockResponses } from './mock-response.js';
import { mockBatches } from './mock-batches.js';
import { StateMachine } from './state-machine.js';

/** How often a job has to be polled until it has ended, as in {@link mockBatches}. */
const pollsUntilEnded = 3;

/** Responses of operations with state: files can be read again, and jobs, documents and executions end after some polls. */
export function statefulResponses(): MockResponses {
  const jobs = new StateMachine<'QUEUED' | 'RUNNING' | 'SUCCESS' | 'CANCELLED'>(
    ['QUEUED', 'RUNNING', 'SUCCESS'],
    pollsUntilEnded,
  );
  const documents = new StateMachine(['todo', 'in_progress', 'done'], pollsUntilEnded);
  return {
    ...mockBatches({ pollsUntilEnded }),
    ...executionResponses(pollsUntilEnded),
    'fineTuning.jobs.create': (_, job) => ({ ...job, status: 'QUEUED' }),
    'fineTuning.jobs.get': (_, job) => ({ ...job, status: jobs.poll(job.id) }),
    'fineTuning.jobs.cancel': (_, job) => ({ ...job, status: jobs.stop(job.id, 'CANCELLED') }),
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
