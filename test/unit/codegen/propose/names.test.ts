import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { collectOperations, isMethodName } from '../../../../codegen/description/operations.js';
import { readYaml } from '../../../../codegen/files/read-yaml.js';
import { proposeNames } from '../../../../codegen/propose/names.js';
import { officialNames, type OfficialNames } from '../../../../codegen/propose/official-names.js';

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
const namesOf = (...described: readonly Described[]): Record<string, string> =>
  namesWith(officialNames(), described);

const byRuleAlone = (): undefined => undefined;

function namesWith(official: OfficialNames, described: readonly Described[]): Record<string, string> {
  const document = documentOf(described);
  const proposals = proposeNames(document, official);
  return Object.fromEntries(
    proposals.map(({ target, update }) => {
      const [, path, method] = /^\$\.paths\['(.*)'\]\.(\w+)$/.exec(target)!;
      return [`${method!.toUpperCase()} ${path}`, String((update as JsonObject).operationId)];
    }),
  );
}

const listOf = (property?: string): JsonObject => {
  const list: JsonObject = { type: 'array', items: { type: 'string' } };
  const schema: JsonObject =
    property === undefined ? list : { type: 'object', properties: { [property]: list } };
  return { responses: { 200: { description: 'Done.', content: { 'application/json': { schema } } } } };
};

describe('an operation of upstream, among its neighbours, is called by rule', () => {
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
      'workflows.executions.getWorkflowExecution',
      'GET /v1/workflows/executions/{execution_id}',
      'get_workflow_execution_v1_workflows_executions__execution_id__get',
      'beta.workflows.executions',
    ],
    [
      'workflows.executions.batchTerminateWorkflowExecutions',
      'POST /v1/workflows/executions/terminate',
      'batch_terminate_workflow_executions_v1_workflows_executions_terminate_post',
      'beta.workflows.executions',
    ],
    [
      'workflows.executions.cancelWorkflowExecution',
      'POST /v1/workflows/executions/{execution_id}/cancel',
      'cancel_workflow_execution_v1_workflows_executions__execution_id__cancel_post',
      'beta.workflows.executions',
    ],
    [
      'workflows.executions.getWorkflowExecutionTraceOtel',
      'GET /v1/workflows/executions/{execution_id}/trace/otel',
      'get_workflow_execution_trace_otel',
      'beta.workflows.executions',
    ],
    [
      'workflows.executions.stream',
      'GET /v1/workflows/executions/{execution_id}/stream',
      'stream_v1_workflows_executions__execution_id__stream_get',
      'beta.workflows.executions',
    ],
    [
      'workflows.metrics.getWorkflowMetrics',
      'GET /v1/workflows/{workflow_name}/metrics',
      'get_workflow_metrics_v1_workflows__workflow_name__metrics_get',
      'beta.workflows.metrics',
    ],
    [
      'workflows.runs.listRuns',
      'GET /v1/workflows/runs',
      'list_runs_v1_workflows_runs_get',
      'beta.workflows.runs',
    ],
    [
      'workflows.schedules.getSchedules',
      'GET /v1/workflows/schedules',
      'get_schedules_v1_workflows_schedules_get',
      'beta.workflows.schedules',
    ],
    [
      'workflows.schedules.scheduleWorkflow',
      'POST /v1/workflows/schedules',
      'schedule_workflow_v1_workflows_schedules_post',
      'beta.workflows.schedules',
    ],
    [
      'workflows.events.getWorkflowEvents',
      'GET /v1/workflows/events/list',
      'get_workflow_events_v1_workflows_events_list_get',
      'beta.workflows.events',
    ],
    [
      'workflows.getWorkflowRegistrations',
      'GET /v1/workflows/registrations',
      'get_workflow_registrations_v1_workflows_registrations_get',
      'beta.workflows',
    ],
    [
      'workflows.executeWorkflow',
      'POST /v1/workflows/{workflow_identifier}/execute',
      'execute_workflow_v1_workflows__workflow_identifier__execute_post',
      'beta.workflows',
    ],
    [
      'workflows.executeWorkflowRegistration',
      'POST /v1/workflows/registrations/{workflow_registration_id}/execute',
      'execute_workflow_registration_v1_workflows_registrations__workflow_registration_id__execute_post',
      'beta.workflows',
    ],
    [
      'workflows.getWorkflowRegistration',
      'GET /v1/workflows/registrations/{workflow_registration_id}',
      'get_workflow_registration_v1_workflows_registrations__workflow_registration_id__get',
      'beta.workflows',
    ],
    [
      'workflows.unarchiveWorkflow',
      'PUT /v1/workflows/{workflow_identifier}/unarchive',
      'unarchive_workflow_v1_workflows__workflow_identifier__unarchive_put',
      'beta.workflows',
    ],
    [
      'beta.connectors.listAuthenticationMethods',
      'GET /v1/connectors/{connector_id_or_name}/authentication_methods',
      'connector_get_authentication_methods_v1',
      'beta.connectors',
    ],
    [
      'beta.observability.campaigns.get',
      'GET /v1/observability/campaigns/{campaign_id}',
      'get_campaign_by_id_v1_observability_campaigns__campaign_id__get',
      'beta.observability.campaigns',
    ],
    [
      'beta.observability.campaigns.listSelectedEvents',
      'GET /v1/observability/campaigns/{campaign_id}/selected-events',
      'get_campaign_selected_events_v1_observability_campaigns__campaign_id__selected_events_get',
      'beta.observability.campaigns',
    ],
    [
      'beta.observability.datasets.get',
      'GET /v1/observability/datasets/{dataset_id}',
      'get_dataset_by_id_v1_observability_datasets__dataset_id__get',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.logs.listFields',
      'GET /v1/observability/logs/fields',
      'get_log_fields_v1_observability_logs_fields_get',
      'beta.observability.logs',
    ],
    [
      'beta.observability.logs.getFieldOptions',
      'GET /v1/observability/logs/fields/{field_name}/options',
      'get_log_field_options_v1_observability_logs_fields__field_name__options_get',
      'beta.observability.logs',
    ],
    [
      'beta.observability.spans.listEvaluationFields',
      'GET /v1/observability/spans/evaluations/fields',
      'get_span_evaluation_fields_v1_observability_spans_evaluations_fields_get',
      'beta.observability.spans',
    ],
    [
      'beta.observability.spans.getEvaluationFieldOptions',
      'GET /v1/observability/spans/evaluations/fields/{field_name}/options',
      'get_span_evaluation_field_options_v1_observability_spans_evaluations_fields__field_name__options_get',
      'beta.observability.spans',
    ],
    [
      'beta.observability.spans.listFields',
      'GET /v1/observability/spans/fields',
      'get_span_fields_v1_observability_spans_fields_get',
      'beta.observability.spans',
    ],
    [
      'beta.observability.spans.getFieldOptions',
      'GET /v1/observability/spans/fields/{field_name}/options',
      'get_span_field_options_v1_observability_spans_fields__field_name__options_get',
      'beta.observability.spans',
    ],
    [
      'beta.observability.traces.listFields',
      'GET /v1/observability/traces/fields',
      'get_trace_fields_v1_observability_traces_fields_get',
      'beta.observability.traces',
    ],
    [
      'beta.observability.traces.getFieldOptions',
      'GET /v1/observability/traces/fields/{field_name}/options',
      'get_trace_field_options_v1_observability_traces_fields__field_name__options_get',
      'beta.observability.traces',
    ],
    [
      'beta.observability.traces.get',
      'GET /v1/observability/traces/{trace_id}',
      'get_trace_by_id_v1_observability_traces__trace_id__get',
      'beta.observability.traces',
    ],
    [
      'beta.observability.traces.listSpans',
      'GET /v1/observability/traces/{trace_id}/spans',
      'get_trace_spans_v1_observability_traces__trace_id__spans_get',
      'beta.observability.traces',
    ],
    [
      'beta.observability.traces.getSpan',
      'GET /v1/observability/traces/{trace_id}/spans/{span_id}',
      'get_span_by_id_v1_observability_traces__trace_id__spans__span_id__get',
      'beta.observability.traces',
    ],
    [
      'beta.rag.searchIndexes.listDeploymentSummaries',
      'GET /v1/rag/deployments',
      'get_deployment_summaries_v1_rag_deployments_get',
      'beta.rag.search_indexes',
    ],
    [
      'beta.rag.ingestionPipelineConfigurations.listConfigs',
      'GET /v1/rag/ingestion_pipeline_configurations',
      'get_configs_v1_rag_ingestion_pipeline_configurations_get',
      'beta.rag.ingestion_pipeline_configurations',
    ],
    ['beta.prompts.update', 'PATCH /v2/prompts/{prompt_id}', 'prompts_update', 'beta.prompts'],
    ['beta.skills.update', 'PATCH /v2/skills/{skill_id}', 'skills_update', 'beta.skills'],
    ['audio.speech.create', 'POST /v1/audio/speech', 'speech_v1_audio_speech_post', 'audio.speech'],
    [
      'beta.observability.chatCompletionEvents.fields.getOptionsCounts',
      'POST /v1/observability/chat-completion-fields/{field_name}/options-counts',
      'get_chat_completion_field_options_counts_v1_observability_chat_completion_fields__field_name__options_counts_post',
      'beta.observability.chat_completion_events.fields',
    ],
    [
      'beta.observability.datasets.createRecordsFromExplorer',
      'POST /v1/observability/datasets/{dataset_id}/imports/from-explorer',
      'post_dataset_records_from_explorer_v1_observability_datasets__dataset_id__imports_from_explorer_post',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.datasets.createRecordsFromFile',
      'POST /v1/observability/datasets/{dataset_id}/imports/from-file',
      'post_dataset_records_from_file_v1_observability_datasets__dataset_id__imports_from_file_post',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.datasets.createRecordsFromPlayground',
      'POST /v1/observability/datasets/{dataset_id}/imports/from-playground',
      'post_dataset_records_from_playground_v1_observability_datasets__dataset_id__imports_from_playground_post',
      'beta.observability.datasets',
    ],
    [
      'beta.observability.spans.searchEvaluations',
      'POST /v1/observability/spans/evaluations/search',
      'search_span_evaluations_v1_observability_spans_evaluations_search_post',
      'beta.observability.spans',
    ],
    [
      'beta.observability.spans.searchLatestEvaluations',
      'POST /v1/observability/spans/evaluations/search/latest',
      'search_latest_span_evaluations_v1_observability_spans_evaluations_search_latest_post',
      'beta.observability.spans',
    ],
    [
      'beta.observability.spans.search',
      'POST /v1/observability/spans/search',
      'search_spans_v1_observability_spans_search_post',
      'beta.observability.spans',
    ],
    [
      'beta.rag.ingestionPipelineConfigurations.registerConfig',
      'PUT /v1/rag/ingestion_pipeline_configurations',
      'register_config_v1_rag_ingestion_pipeline_configurations_put',
      'beta.rag.ingestion_pipeline_configurations',
    ],
    [
      'beta.admin.billing.getRateLimits',
      'GET /v1/admin/rate-limit',
      'users_api_admin_rate_limits_get_rate_limits',
      'beta.admin.billing',
    ],
    [
      'beta.admin.billing.updateSpendLimits',
      'POST /v1/admin/spend-limit',
      'users_api_admin_spend_limits_update_spend_limits',
      'beta.admin.billing',
    ],
    [
      'beta.admin.scim.triggerSync',
      'POST /v1/admin/scim/sync',
      'users_api_admin_scim_sync_trigger_scim_sync',
      'beta.admin.scim',
    ],
    [
      'beta.admin.scim.getSyncRun',
      'GET /v1/admin/scim/sync/{run_id}',
      'users_api_admin_scim_sync_get_scim_sync_run',
      'beta.admin.scim',
    ],
    [
      'beta.admin.vibeWorkAnalytics.getUserStats',
      'GET /v1/admin/analytics/vibe/work/usage/by_user_stats',
      'get_by_user_stats_v1_admin_analytics_vibe_work_usage_by_user_stats',
      'beta.admin.vibe-work-analytics',
    ],
    [
      'beta.admin.vibeCodeAnalytics.getWorkspaceStats',
      'GET /v1/admin/analytics/vibe/code/usage/by_workspace',
      'get_workspace_stats_v1_admin_analytics_vibe_code_usage_by_workspace',
      'beta.admin.vibe-code-analytics',
    ],
    [
      'beta.admin.workspaces.removeUsers',
      'DELETE /v1/admin/workspaces/{workspace_uuid}/remove-users',
      'users_api_admin_workspaces_remove_users_workspaces',
      'beta.admin.workspaces',
    ],
    [
      'beta.admin.userGroups.provisionToWorkspace',
      'POST /v1/admin/user-groups/provision-workspace',
      'users_api_admin_user_groups_provision_group_to_workspace',
      'beta.admin.user-groups',
    ],
    [
      'beta.admin.userGroups.assignUsersToGroup',
      'POST /v1/admin/user-groups/{group_uuid}/members',
      'users_api_admin_user_groups_assign_users_to_group',
      'beta.admin.user-groups',
    ],
    [
      'beta.admin.userGroups.removeFromWorkspace',
      'DELETE /v1/admin/user-groups/{group_uuid}/workspaces/{workspace_uuid}',
      'users_admin_user_groups_remove_group_from_workspace',
      'beta.admin.user-groups',
    ],
    [
      'beta.admin.users.invite',
      'POST /v1/admin/users-invite',
      'users_api_admin_users_invite_users',
      'beta.admin.users',
    ],
    [
      'beta.observability.judges.judgeConversation',
      'POST /v1/observability/judges/{judge_id}/live-judging',
      'judge_conversation_v1_observability_judges__judge_id__live_judging_post',
      'beta.observability.judges',
    ],
    ['workflows.getWorkflows', 'GET /v1/workflows', 'get_workflows_v1_workflows_get', 'workflows'],
  ];
  // What only their responses tell: these are lists.
  const lists: Readonly<Record<string, JsonObject>> = {
    'GET /v1/rag/deployments': listOf('deployments'),
    'GET /v1/connectors/{connector_id_or_name}/authentication_methods': listOf(),
    'GET /v1/rag/ingestion_pipeline_configurations': listOf(),
    'GET /v1/observability/campaigns/{campaign_id}/selected-events': listOf(),
  };
  const described: readonly Described[] = [
    ...upstream.map(([, route, operationId, tag]) => ({ route, operationId, tag, more: lists[route] ?? {} })),
    // What only their neighbours tell: these are lists, since they have items.
    ...['/v1/fine_tuning/jobs/{job_id}', '/v1/workflows/schedules/{schedule_id}'].map((path) => ({
      route: `GET ${path}`,
      operationId: `item${path.length}`,
      tag: 'neighbours',
    })),
    { route: 'GET /v1/batch/jobs', operationId: 'jobs_api_routes_batch_get_batch_jobs', tag: 'batch' },
  ];
  const byRule = namesWith(byRuleAlone, described);
  const names = namesWith(officialNames(), described);

  test.each(upstream)('%s: %s', (name, route) => {
    expect(byRule[route]).toBe(name);
  });

  describe('and otherwise by the official SDK, as the table says:', () => {
    const table = Object.entries(readYaml('codegen/propose/official-names.yaml') as Record<string, string>);

    test.each(table)('%s is %s', (route, name) => {
      expect(byRule).toHaveProperty([route]);
      expect(byRule[route]).not.toBe(name);
      expect(names[route]).toBe(name);
    });

    test('which is in order', () => {
      const routes = table.map(([route]) => route);

      expect(routes).toEqual(routes.toSorted());
    });
  });
});

describe('the name that the official SDK has', () => {
  const route = 'GET /v1/books/{book_id}';
  const official: OfficialNames = ({ method, pathKey }) =>
    `${method} ${pathKey}` === route ? 'library.books.fetch' : undefined;
  const book: Described = { route, operationId: 'get_book', tag: 'books' };

  test('is taken before the names by rule, wherever it is', () => {
    const other: Described = { route: 'GET /v1/a', operationId: 'fetch', tag: 'library.books' };

    expect(namesWith(official, [other, book])).toEqual({
      'GET /v1/a': 'library.books.fetchA',
      [route]: 'library.books.fetch',
    });
  });

  test.each([
    ['another operation has', 'library.books.fetch'],
    ['is the resource of another', 'library.books.fetch.one'],
    ['has a method for its resource', 'library.books'],
  ])('gives way to the rule where it %s: %s', (_, operationId) => {
    expect(namesWith(official, [{ route: 'GET /v1/a', operationId }, book])).toEqual({
      [route]: 'books.get',
    });
  });

  test.each([
    ['the parameters', 'GET /v2/prompts/{id}', 'PATCH /v2/prompts/{name}'],
    ['the part of a path that is not sent', 'GET /v2/prompts/{id}', 'PATCH /v2/prompts/{prompt_id}#id'],
  ])('is found whatever a version calls %s', (_, other, renamed) => {
    const described = [other, renamed].map((each) => ({
      route: each,
      operationId: 'x',
      tag: 'beta.prompts',
    }));

    expect(namesOf(...described)[renamed]).toBe('beta.prompts.updateMetadata');
  });

  test('is not that of the stream at the same path', () => {
    const described = ['POST /v1/audio/speech', 'POST /v1/audio/speech#stream'].map((each) => ({
      route: each,
      operationId: 'speech_v1_audio_speech_post',
      tag: 'audio.speech',
    }));

    expect(Object.values(namesOf(...described))).toEqual(['audio.speech.complete', 'audio.speech.stream']);
  });
});

describe('`update` is the method of', () => {
  const path = '/v1/books/{id}';
  const put: Described = { route: `PUT ${path}`, operationId: 'books_update_v1', tag: 'books' };
  const patch: Described = { route: `PATCH ${path}`, operationId: 'books_patch_v1', tag: 'books' };
  const deprecated = (described: Described): Described => ({ ...described, more: { deprecated: true } });
  const named = (described: Described, operationId = 'books.update'): Described => ({
    ...described,
    operationId,
  });

  test.each<[what: string, described: Described[], names: Record<string, string>]>([
    [
      'the PATCH that replaces a deprecated PUT, which has the name',
      [patch, deprecated(named(put))],
      { [put.route]: 'books.replace', [patch.route]: 'books.update' },
    ],
    [
      'the PATCH that replaces a deprecated PUT, where neither has a name',
      [deprecated(put), patch],
      { [put.route]: 'books.replace', [patch.route]: 'books.update' },
    ],
    [
      'the PUT that replaces a deprecated PATCH, which has the name',
      [put, deprecated(named(patch))],
      { [put.route]: 'books.update', [patch.route]: 'books.patch' },
    ],
    [
      'the PUT that has the name, as long as it is not deprecated',
      [named(put), patch],
      { [patch.route]: 'books.patch' },
    ],
    [
      'the deprecated PUT that has the name, if the PATCH has another already',
      [deprecated(named(put)), named(patch, 'books.patch')],
      {},
    ],
    ['a deprecated PUT that nothing replaces', [deprecated(named(put))], {}],
  ])('%s', (_, described, names) => {
    expect(namesOf(...described)).toEqual(names);
  });

  test('another operation with a reason for a person to read', () => {
    const document = documentOf([deprecated(named(put)), { ...patch, route: 'PATCH /v1/books/{id}' }]);

    expect(proposeNames(document).map(({ description }) => description)).toContain(
      `Proposed: \`books.update\` is PATCH ${path} now, since this one is deprecated. Goes with the operation.`,
    );
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
    [
      'the resource that two tags name by the longer one',
      {
        route: 'GET /v1/shops/{id}/events/all',
        operationId: 'search_events',
        more: { tags: ['events', 'shops.events'] },
      },
      'shops.events.search',
    ],
    [
      'that a resource has left beta, whatever the tag says',
      { route: 'GET /v1/workflows/x/{id}', operationId: 'get_x', tag: 'beta.workflows.x' },
      'workflows.x.getX',
    ],
    [
      'a verb that looks like the resource',
      { route: 'POST /v1/court/judges/{id}/live', operationId: 'judge_conversation', tag: 'judges' },
      'judges.judgeConversation',
    ],
    [
      'not the name of a thing that stands before the verb',
      { route: 'POST /v1/the/books', operationId: 'book_create', tag: 'books' },
      'books.create',
    ],
    [
      'that a list is a response',
      { route: 'GET /v1/books/pages', operationId: 'get_pages', tag: 'books', more: listOf('book_pages') },
      'books.listPages',
    ],
    [
      'many of what a list has many of',
      { route: 'GET /v1/books/story', operationId: 'get_story', tag: 'books', more: listOf() },
      'books.listStories',
    ],
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
  test.each([
    ['at the same path', 'DELETE /v1/batch/jobs/{id}', 'delete_batch_job', 'batch.jobs.delete'],
    ['above it', 'POST /v1/batch/jobs/{job_id}/retry', 'retry_batch_job', 'batch.jobs.retry'],
    ['nowhere near', 'GET /v1/batch/jobsheets', 'get_batch_jobsheets', 'batch.getJobsheets'],
  ])('is that of operations %s, where it is one of the tag', (_, route, operationId, name) => {
    const neighbour: Described = { route: 'GET /v1/batch/jobs/{job_id}', operationId: 'batch.jobs.get' };

    expect(namesOf(neighbour, { route, operationId, tag: 'batch' })[route]).toBe(name);
    expect(namesOf(neighbour, { route, operationId, tag: 'queue' })[route]).toMatch(/^queue\./);
  });

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
