import type { MockResponses } from './mock-response.js';
import { mockBatches } from './mock-batches.js';
import { mockExecutions } from './mock-executions.js';
import { pollsUntilEnded, StateMachine } from './state-machine.js';

/** Responses of operations with state: files can be read again, and jobs, documents and executions end after some polls. */
export function statefulResponses(): MockResponses {
  const jobs = new StateMachine<'QUEUED' | 'RUNNING' | 'SUCCESS' | 'CANCELLED'>([
    'QUEUED',
    'RUNNING',
    'SUCCESS',
  ]);
  const documents = new StateMachine(['todo', 'in_progress', 'done']);
  return {
    ...mockBatches({ pollsUntilEnded }),
    ...mockExecutions(),
    'fineTuning.jobs.create': (_, job) => ({ ...job, status: 'QUEUED' }),
    'fineTuning.jobs.get': (_, job) => ({ ...job, status: jobs.poll(job.id) }),
    'fineTuning.jobs.cancel': (_, job) => ({ ...job, status: jobs.end(job.id, 'CANCELLED') }),
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
