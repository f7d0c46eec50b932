import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { collectOperations, isMethodName } from '../../../../codegen/description/operations.js';
import { proposeNames } from '../../../../codegen/propose/names.js';

/** An operation as its route, and what upstream calls it. */
interface Described {
  readonly route: string;
  readonly operationId?: string;
  readonly tag?: string;
  readonly more?: JsonObject;
}

function documentOf(described: readonly Described[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const { route, operationId, tag, more } of described) {
    const [method, path] = route.split(' ') as [string, string];
    (paths[path] ??= {})[method.toLowerCase()] = {
      ...(operationId === undefined ? {} : { operationId }),
      ...(tag === undefined ? {} : { tags: [tag] }),
      responses: { 204: { description: 'Done.' } },
      ...more,
    };
  }
  return { openapi: '3.1.0', paths };
}

/** The names by route, of operations that are described together. */
function namesOf(...described: readonly Described[]): Record<string, string> {
  const document = documentOf(described);
  const proposals = proposeNames(document);
  return Object.fromEntries(
    proposals.map(({ target, update }) => {
      const [, path, method] = /^\$\.paths\['(.*)'\]\.(\w+)$/.exec(target)!;
      return [`${method!.toUpperCase()} ${path}`, String((update as JsonObject).operationId)];
    }),
  );
}

describe('an operation of upstream, among its neighbours, is called', () => {
  // As upstream wrote them in 2026: the name it should have, the route, the operationId, the tag.
  const upstream: readonly [name: string, route: string, operationId: string, tag: string][] = [
    ['models.retrieve', 'GET /v1/models/{model_id}', 'retrieve_model_v1_models__model_id__get', 'models'],
    [
      'beta.conversations.list',
      'GET /v1/conversations',
      'agents_api_v1_conversations_list',
      'beta.conversations',
    ],
    [
      'beta.conversations.append',
      'POST /v1/conversations/{conversation_id}',
      'agents_api_v1_conversations_append',
      'beta.conversations',
    ],
    [
      'beta.agents.updateVersion',
      'PATCH /v1/agents/{agent_id}/version',
      'agents_api_v1_agents_update_version',
      'beta.agents',
    ],
    [
      'beta.agents.getVersion',
      'GET /v1/agents/{agent_id}/versions/{version}',
      'agents_api_v1_agents_get_version',
      'beta.agents',
    ],
    [
      'beta.agents.createOrUpdateAlias',
      'PUT /v1/agents/{agent_id}/aliases',
      'agents_api_v1_agents_create_or_update_alias',
      'beta.agents',
    ],
    [
      'beta.conversations.appendStream',
      'POST /v1/conversations/{conversation_id}#stream',
      'agents_api_v1_conversations_append_stream',
      'beta.conversations',
    ],
    ['files.upload', 'POST /v1/files', 'files_api_routes_upload_file', 'files'],
    ['files.getSignedUrl', 'GET /v1/files/{file_id}/url', 'files_api_routes_get_signed_url', 'files'],
    [
      'models.updateFineTuned',
      'PATCH /v1/fine_tuning/models/{model_id}',
      'jobs_api_routes_fine_tuning_update_fine_tuned_model',
      'models',
    ],
    [
      'models.archiveFineTuned',
      'POST /v1/fine_tuning/models/{model_id}/archive',
      'jobs_api_routes_fine_tuning_archive_fine_tuned_model',
      'models',
    ],
    ['batch.getJob', 'GET /v1/batch/jobs/{job_id}', 'jobs_api_routes_batch_get_batch_job', 'batch'],
    [
      'audio.transcriptions.stream',
      'POST /v1/audio/transcriptions#stream',
      'audio_api_v1_transcriptions_post_stream',
      'audio.transcriptions',
    ],
    ['audio.voices.list', 'GET /v1/audio/voices', 'list_voices_v1_audio_voices_get', 'audio.voices'],
    [
      'audio.voices.getSample',
      'GET /v1/audio/voices/{voice_id}/sample',
      'get_voice_sample_audio_v1_audio_voices__voice_id__sample_get',
      'audio.voices',
    ],
    [
      'beta.libraries.documents.upload',
      'POST /v1/libraries/{library_id}/documents',
      'libraries_documents_upload_v1',
      'beta.libraries.documents',
    ],
    [
      'beta.libraries.documents.getExtractedTextSignedUrl',
      'GET /v1/libraries/{library_id}/documents/{document_id}/extracted-text-signed-url',
      'libraries_documents_get_extracted_text_signed_url_v1',
      'beta.libraries.documents',
    ],
    [
      'beta.libraries.accesses.list',
      'GET /v1/libraries/{library_id}/share',
      'libraries_share_list_v1',
      'beta.libraries.accesses',
    ],
    [
      'beta.observability.chatCompletionEvents.search',
      'POST /v1/observability/chat-completion-events/search',
      'get_chat_completion_events_v1_observability_chat_completion_events_search_post',
      'beta.observability.chat_completion_events',
    ],
    [
      'beta.observability.chatCompletionEvents.searchIds',
      'POST /v1/observability/chat-completion-events/search-ids',
      'get_chat_completion_event_ids_v1_observability_chat_completion_events_search_ids_post',
      'beta.observability.chat_completion_events',
    ],
    [
      'beta.observability.chatCompletionEvents.get',
      'GET /v1/observability/chat-completion-events/{event_id}',
      'get_chat_completion_event_v1_observability_chat_completion_events__event_id__get',
      'beta.observability.chat_completion_events',
    ],
    [
      'beta.observability.chatCompletionEvents.getSimilar',
      'GET /v1/observability/chat-completion-events/{event_id}/similar-events',
      'get_similar_chat_completion_events_v1_observability_chat_completion_events__event_id__similar_events_get',
      'beta.observability.chat_completion_events',
    ],
    [
      'beta.observability.chatCompletionEvents.fields.list',
      'GET /v1/observability/chat-completion-fields',
      'get_chat_completion_fields_v1_observability_chat_completion_fields_get',
      'beta.observability.chat_completion_events.fields',
    ],
    [
      'beta.observability.chatCompletionEvents.fields.getOptions',
      'GET /v1/observability/chat-completion-fields/{field_name}/options',
      'get_chat_completion_field_options_v1_observability_chat_completion_fields__field_name__options_get',
      'beta.observability.chat_completion_events.fields',
    ],
    [
      'beta.observability.judges.list',
      'GET /v1/observability/judges',
      'get_judges_v1_observability_judges_get',
      'beta.observability.judges',
    ],
    [
      'beta.observability.judges.get',
      'GET /v1/observability/judges/{judge_id}',
      'get_judge_by_id_v1_observability_judges__judge_id__get',
      'beta.observability.judges',
    ],
    [
      'beta.observability.campaigns.delete',
      'DELETE /v1/observability/campaigns/{campaign_id}',
      'delete_campaign_v1_observability_campaigns__campaign_id__delete',
      'beta.observability.campaigns',
    ],
    [
      'beta.observability.campaigns.getStatus',
      'GET /v1/observability/campaigns/{campaign_id}/status',
      'get_campaign_status_by_id_v1_observability_campaigns__campaign_id__status_get',
      'beta.observability.campaigns',
    ],
    [
      'beta.observability.datasets.createRecord',
      'POST /v1/observability/datasets/{dataset_id}/records',
      'create_dataset_record_v1_observability_datasets__dataset_id__records_post',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.datasets.createRecordsFromCampaign',
      'POST /v1/observability/datasets/{dataset_id}/imports/from-campaign',
      'post_dataset_records_from_campaign_v1_observability_datasets__dataset_id__imports_from_campaign_post',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.datasets.createRecordsFromDataset',
      'POST /v1/observability/datasets/{dataset_id}/imports/from-dataset',
      'post_dataset_records_from_dataset_v1_observability_datasets__dataset_id__imports_from_dataset_post',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.datasets.exportToJsonl',
      'GET /v1/observability/datasets/{dataset_id}/exports/to-jsonl',
      'export_dataset_to_jsonl_v1_observability_datasets__dataset_id__exports_to_jsonl_get',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.datasets.getImportTask',
      'GET /v1/observability/datasets/{dataset_id}/tasks/{task_id}',
      'get_dataset_import_task_v1_observability_datasets__dataset_id__tasks__task_id__get',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.datasets.listImportTasks',
      'GET /v1/observability/datasets/{dataset_id}/tasks',
      'get_dataset_import_tasks_v1_observability_datasets__dataset_id__tasks_get',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.datasets.records.get',
      'GET /v1/observability/dataset-records/{dataset_record_id}',
      'get_dataset_record_v1_observability_dataset_records__dataset_record_id__get',
      'beta.observability.datasets.records',
    ],
    [
      'beta.observability.datasets.records.delete',
      'DELETE /v1/observability/dataset-records/{dataset_record_id}',
      'delete_dataset_record_v1_observability_dataset_records__dataset_record_id__delete',
      'beta.observability.datasets.records',
    ],
    [
      'beta.observability.datasets.records.bulkDelete',
      'POST /v1/observability/dataset-records/bulk-delete',
      'delete_dataset_records_v1_observability_dataset_records_bulk_delete_post',
      'beta.observability.datasets.records',
    ],
    [
      'beta.observability.datasets.records.updatePayload',
      'PUT /v1/observability/dataset-records/{dataset_record_id}/payload',
      'update_dataset_record_payload_v1_observability_dataset_records__dataset_record_id__payload_put',
      'beta.observability.datasets.records',
    ],
    [
      'beta.workflows.executions.get',
      'GET /v1/workflows/executions/{execution_id}',
      'get_workflow_execution_v1_workflows_executions__execution_id__get',
      'beta.workflows.executions',
    ],
    [
      'beta.workflows.executions.batchTerminate',
      'POST /v1/workflows/executions/terminate',
      'batch_terminate_workflow_executions_v1_workflows_executions_terminate_post',
      'beta.workflows.executions',
    ],
    [
      'beta.workflows.executions.cancel',
      'POST /v1/workflows/executions/{execution_id}/cancel',
      'cancel_workflow_execution_v1_workflows_executions__execution_id__cancel_post',
      'beta.workflows.executions',
    ],
    [
      'beta.workflows.executions.getTraceOtel',
      'GET /v1/workflows/executions/{execution_id}/trace/otel',
      'get_workflow_execution_trace_otel',
      'beta.workflows.executions',
    ],
    [
      'beta.workflows.executions.stream',
      'GET /v1/workflows/executions/{execution_id}/stream',
      'stream_v1_workflows_executions__execution_id__stream_get',
      'beta.workflows.executions',
    ],
    [
      'beta.workflows.metrics.get',
      'GET /v1/workflows/{workflow_name}/metrics',
      'get_workflow_metrics_v1_workflows__workflow_name__metrics_get',
      'beta.workflows.metrics',
    ],
    [
      'beta.workflows.runs.list',
      'GET /v1/workflows/runs',
      'list_runs_v1_workflows_runs_get',
      'beta.workflows.runs',
    ],
    [
      'beta.workflows.schedules.list',
      'GET /v1/workflows/schedules',
      'get_schedules_v1_workflows_schedules_get',
      'beta.workflows.schedules',
    ],
    [
      'beta.workflows.schedules.create',
      'POST /v1/workflows/schedules',
      'schedule_workflow_v1_workflows_schedules_post',
      'beta.workflows.schedules',
    ],
    [
      'beta.workflows.events.list',
      'GET /v1/workflows/events/list',
      'get_workflow_events_v1_workflows_events_list_get',
      'beta.workflows.events',
    ],
    [
      'beta.workflows.listRegistrations',
      'GET /v1/workflows/registrations',
      'get_workflow_registrations_v1_workflows_registrations_get',
      'beta.workflows',
    ],
    [
      'beta.workflows.execute',
      'POST /v1/workflows/{workflow_identifier}/execute',
      'execute_workflow_v1_workflows__workflow_identifier__execute_post',
      'beta.workflows',
    ],
    [
      'beta.workflows.executeRegistration',
      'POST /v1/workflows/registrations/{workflow_registration_id}/execute',
      'execute_workflow_registration_v1_workflows_registrations__workflow_registration_id__execute_post',
      'beta.workflows',
    ],
    [
      'beta.workflows.getRegistration',
      'GET /v1/workflows/registrations/{workflow_registration_id}',
      'get_workflow_registration_v1_workflows_registrations__workflow_registration_id__get',
      'beta.workflows',
    ],
    [
      'beta.workflows.unarchive',
      'PUT /v1/workflows/{workflow_identifier}/unarchive',
      'unarchive_workflow_v1_workflows__workflow_identifier__unarchive_put',
      'beta.workflows',
    ],
  ];
  const names = namesOf(
    ...upstream.map(([, route, operationId, tag]) => ({ route, operationId, tag })),
    // What only their neighbours tell: these are lists, since they have items.
    ...['/v1/fine_tuning/jobs/{job_id}', '/v1/workflows/schedules/{schedule_id}'].map((path) => ({
      route: `GET ${path}`,
      operationId: `item${path.length}`,
      tag: 'neighbours',
    })),
    { route: 'GET /v1/batch/jobs', operationId: 'jobs_api_routes_batch_get_batch_jobs', tag: 'batch' },
  );

  test.each(upstream)('%s: %s', (name, route) => {
    expect(names[route]).toBe(name);
  });
});

describe('a name says', () => {
  test.each<[what: string, described: Described, name: string]>([
    [
      'nothing of a deprecated tag',
      { route: 'POST /v1/agents/ask', operationId: 'ask_agent', tag: 'deprecated.agents' },
      'agents.ask',
    ],
    [
      'by the route where there is no tag',
      { route: 'GET /v1/fine-tunes/{id}', operationId: 'get_fine_tune' },
      'fineTunes.get',
    ],
    ['the verb of REST where there is no operationId', { route: 'PATCH /v1/books/{id}' }, 'books.update'],
    ['the verb of REST for a list', { route: 'GET /v1/books', tag: 'books' }, 'books.list'],
    ['the verb of REST for an item', { route: 'GET /v1/books/{id}', tag: 'books' }, 'books.get'],
    ['what is replaced', { route: 'PUT /v1/books/{id}/cover', tag: 'books' }, 'books.updateCover'],
    ['what a route without a name does', { route: 'POST /v1/books/search', tag: 'books' }, 'books.search'],
    ['api where not even the path says anything', { route: 'GET /{id}' }, 'api.get'],
    [
      'a verb of REST instead of one of HTTP',
      { route: 'POST /v1/books/{id}/notes', operationId: 'post_note', tag: 'books' },
      'books.createNote',
    ],
    [
      'words of an operationId in camel case',
      { route: 'GET /v1/books/{id}/url', operationId: 'getSignedURLOfBook', tag: 'books' },
      'books.getSignedUrlOfBook',
    ],
    [
      'a version of the route nowhere',
      { route: 'GET /v2/books', operationId: 'list_books_v2', tag: 'books' },
      'books.list',
    ],
    [
      'a digit that begins a name as a letter and the digit',
      { route: 'GET /v1/3d/models', operationId: 'list', tag: '3d' },
      'n3d.list',
    ],
    [
      'that a list has pages',
      {
        route: 'GET /v1/books/{id}/notes',
        operationId: 'get_notes',
        tag: 'books',
        more: { 'x-pagination': { style: 'page' } },
      },
      'books.listNotes',
    ],
  ])('%s', (_, described, name) => {
    expect(namesOf(described)).toEqual({ [described.route]: name });
  });

  test.each([
    ['withOptions', 'withOptionsApi'],
    ['request', 'requestApi'],
    ['constructor', 'constructorApi'],
    ['then', 'thenApi'],
  ])('%s as %s, since the client has one already', (tag, resource) => {
    const route = 'GET /v1/things';

    expect(namesOf({ route, operationId: 'list', tag })).toEqual({ [route]: `${resource}.list` });
  });

  test.each(['constructor', 'then'])('another word than %s for a method', (operationId) => {
    const route = 'GET /v1/things';

    const name = namesOf({ route, operationId, tag: 'things' })[route]!;

    expect(name).toBe(`things.${operationId}Things`);
  });

  test('why it was given', () => {
    const document = documentOf([
      { route: 'GET /v1/books', operationId: 'list_books' },
      { route: 'POST /v1/books' },
    ]);

    expect(proposeNames(document).map(({ description }) => description)).toEqual([
      "Proposed: a name for upstream's list_books. Goes with the operation.",
      "Proposed: a name for upstream's operation without an operationId. Goes with the operation.",
    ]);
  });
});

describe('a stream', () => {
  const route = 'POST /v1/stories#stream';

  test.each([
    ['create_story_stream', 'stories.stream'],
    ['complete_v1_stories_post_stream', 'stories.stream'],
    ['write_v1_stories_post_stream', 'stories.writeStream'],
    ['stories_append_stream', 'stories.appendStream'],
  ])('that upstream calls %s is %s', (operationId, name) => {
    expect(namesOf({ route, operationId, tag: 'stories' })).toEqual({ [route]: name });
  });
});

describe('of two operations that would have one name', () => {
  test('the later says more of its route', () => {
    expect(
      namesOf(
        { route: 'POST /v1/runs/{id}/cancel', operationId: 'cancel_run', tag: 'runs' },
        { route: 'POST /v1/runs/cancel-all', operationId: 'cancel_runs', tag: 'runs' },
      ),
    ).toEqual({ 'POST /v1/runs/{id}/cancel': 'runs.cancel', 'POST /v1/runs/cancel-all': 'runs.cancelAll' });
  });

  test('the later has a number where its route says no more', () => {
    const described = ['/v1/{a}', '/v1/{a}/{b}', '/v1/{a}/{b}/{c}'].map((path) => ({
      route: `GET ${path}`,
      operationId: 'get_it',
      tag: 'it',
    }));

    expect(Object.values(namesOf(...described))).toEqual(['it.get', 'it.get2', 'it.get3']);
  });

  test('the one that has its name keeps it', () => {
    const names = namesOf(
      { route: 'GET /v1/books/all', operationId: 'list_books', tag: 'books' },
      { route: 'GET /v1/books', operationId: 'books.list' },
    );

    expect(names).toEqual({ 'GET /v1/books/all': 'books.listAll' });
  });

  test('neither has one that makes the function of the other', () => {
    const names = namesOf(
      { route: 'GET /v1/books', operationId: 'beta.books.list' },
      { route: 'GET /v1/beta/books', operationId: 'books_list', tag: 'betaBooks' },
    );

    expect(Object.values(names)).not.toContain('betaBooks.list');
  });
});

describe('a resource', () => {
  test('is never a method, too, whichever comes first', () => {
    const method: Described = { route: 'GET /v1/books/pages', operationId: 'pages', tag: 'books' };
    const resource: Described = { route: 'GET /v1/pages', operationId: 'list_pages', tag: 'books.pages' };

    for (const described of [
      [method, resource],
      [resource, method],
    ]) {
      const names = Object.values(namesOf(...described));
      const [first, second] = names as [string, string];
      expect(second.startsWith(`${first}.`) || first.startsWith(`${second}.`)).toBe(false);
      expect(names.every(isMethodName)).toBe(true);
    }
  });
});

test('whatever upstream calls its operations, the names can be exposed together', () => {
  const ids = ['', 'get', '__', '2', 'get_2', 'then', 'A.b', 'List Books', 'été', 'x'.repeat(80)];
  const tags = ['', 'deprecated', 'books', 'books.get', 'Books.List', '..', 'constructor', 'ünï'];
  const document = documentOf(
    ids.flatMap((operationId, index) =>
      tags.map((tag, at) => ({ route: `GET /v1/x${index}/y${at}/{id}`, operationId, tag })),
    ),
  );
  for (const { target, update } of proposeNames(document)) {
    const [, path] = /\['(.*)'\]/.exec(target)!;
    Object.assign(((document.paths as JsonObject)[path!] as JsonObject).get as JsonObject, update);
  }

  expect(collectOperations(document)).toHaveLength(ids.length * tags.length);
});
