import { describe, expectTypeOf, test } from 'vitest';

import type { BatchJob, Document, Mistral } from '../../src/index.js';
import { waitFor } from '../../src/waiting/index.js';

declare const mistral: Mistral;

describe('what was waited for', () => {
  test('is a batch job that succeeded', async () => {
    const job = await waitFor(mistral.batch.jobs, { job_id: 'job_1' });

    expectTypeOf(job).toExtend<BatchJob>();
    expectTypeOf(job.status).toEqualTypeOf<'SUCCESS'>();
  });

  test('is a fine-tuning job that succeeded, or waits to be started', async () => {
    const job = await waitFor(mistral.fineTuning.jobs, { job_id: 'job_1' });

    expectTypeOf(job.status).toEqualTypeOf<'SUCCESS' | 'VALIDATED'>();
    if (job.job_type === 'classifier') expectTypeOf(job.classifier_targets).toExtend<readonly object[]>();
  });

  test('is a document that is processed', async () => {
    const { documents } = mistral.beta.libraries;
    const document = await waitFor(
      documents,
      { library_id: 'library_1', document_id: 'document_1' },
      { onUpdate: (state) => expectTypeOf(state).toEqualTypeOf<Document>() },
    );

    expectTypeOf(document.process_status).toEqualTypeOf<'done' | 'noop' | 'self_managed'>();
    expectTypeOf(document.number_of_pages).toEqualTypeOf<number | null | undefined>();
  });

  test('has its parameters checked', () => {
    // @ts-expect-error a job has an id
    void waitFor(mistral.batch.jobs, {});
    // @ts-expect-error a model is not waited for
    void waitFor({ get: () => Promise.resolve({ id: 'm' }) }, {});
  });
});
