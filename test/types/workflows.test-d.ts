import { describe, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

import type { Mistral } from '../../src/index.js';
import { waitFor } from '../../src/waiting/index.js';
import { executeWorkflow, followWorkflow, type WorkflowsClient } from '../../src/workflows/index.js';

declare const mistral: Mistral;

describe('executeWorkflow', () => {
  test('takes the resource of the client', () => {
    expectTypeOf(mistral.workflows).toExtend<WorkflowsClient>();
  });

  test('gives what the schema makes of the result, or what is said of it', async () => {
    const output = z.object({ words: z.number().transform(String) });

    const { words } = await executeWorkflow(mistral.workflows, 'count', { input: {} }, { output });
    const followed = await followWorkflow(mistral.workflows, 'execution_1', { output });

    expectTypeOf(words).toEqualTypeOf<string>();
    expectTypeOf(followed.words).toEqualTypeOf<string>();
    expectTypeOf(await executeWorkflow<number>(mistral.workflows, 'count')).toEqualTypeOf<number>();
    expectTypeOf(await executeWorkflow(mistral.workflows, 'count')).toEqualTypeOf<unknown>();
  });

  test('has events that are told apart by their type', async () => {
    for await (const { data } of executeWorkflow(mistral.workflows, 'count')) {
      if (data.event_type === 'WORKFLOW_EXECUTION_FAILED')
        expectTypeOf(data.attributes.failure.message).toEqualTypeOf<string>();
    }
  });

  test('does not make the call itself wait', () => {
    // @ts-expect-error -- the run is waited for, not the call
    executeWorkflow(mistral.workflows, 'count', { wait_for_result: true });
  });
});

test('an execution that was waited for has completed', async () => {
  const execution = await waitFor(mistral.workflows.executions, { execution_id: 'execution_1' });

  expectTypeOf(execution.status).toEqualTypeOf<'COMPLETED'>();
  expectTypeOf(execution.result).toEqualTypeOf<unknown>();
});
