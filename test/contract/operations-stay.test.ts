import { expect, test } from 'vitest';

import { describedOperations } from '../helpers/description.js';

/** Those of the first version. Taking one out of this list breaks the code of users: it wants a major version. */
const first = `
  POST /v1/agents/completions agents.complete
  POST /v1/agents/completions agents.stream
  POST /v1/audio/transcriptions audio.transcriptions.complete
  POST /v1/audio/transcriptions audio.transcriptions.stream
  POST /v1/batch/jobs/{job_id}/cancel batch.jobs.cancel
  POST /v1/batch/jobs batch.jobs.create
  GET /v1/batch/jobs/{job_id} batch.jobs.get
  GET /v1/batch/jobs batch.jobs.list
  POST /v1/agents beta.agents.create
  PUT /v1/agents/{agent_id}/aliases beta.agents.createVersionAlias
  DELETE /v1/agents/{agent_id} beta.agents.delete
  DELETE /v1/agents/{agent_id}/aliases beta.agents.deleteVersionAlias
  GET /v1/agents/{agent_id} beta.agents.get
  GET /v1/agents/{agent_id}/versions/{version} beta.agents.getVersion
  GET /v1/agents beta.agents.list
  GET /v1/agents/{agent_id}/aliases beta.agents.listVersionAliases
  GET /v1/agents/{agent_id}/versions beta.agents.listVersions
  PATCH /v1/agents/{agent_id} beta.agents.update
  PATCH /v1/agents/{agent_id}/version beta.agents.updateVersion
  POST /v1/conversations/{conversation_id} beta.conversations.append
  POST /v1/conversations/{conversation_id} beta.conversations.appendStream
  DELETE /v1/conversations/{conversation_id} beta.conversations.delete
  GET /v1/conversations/{conversation_id} beta.conversations.get
  GET /v1/conversations/{conversation_id}/history beta.conversations.getHistory
  GET /v1/conversations/{conversation_id}/messages beta.conversations.getMessages
  GET /v1/conversations beta.conversations.list
  POST /v1/conversations/{conversation_id}/restart beta.conversations.restart
  POST /v1/conversations/{conversation_id}/restart beta.conversations.restartStream
  POST /v1/conversations beta.conversations.start
  POST /v1/conversations beta.conversations.startStream
  DELETE /v1/libraries/{library_id}/share beta.libraries.accesses.delete
  GET /v1/libraries/{library_id}/share beta.libraries.accesses.list
  PUT /v1/libraries/{library_id}/share beta.libraries.accesses.updateOrCreate
  POST /v1/libraries beta.libraries.create
  DELETE /v1/libraries/{library_id} beta.libraries.delete
  DELETE /v1/libraries/{library_id}/documents/{document_id} beta.libraries.documents.delete
  GET /v1/libraries/{library_id}/documents/{document_id}/extracted-text-signed-url beta.libraries.documents.extractedTextSignedUrl
  GET /v1/libraries/{library_id}/documents/{document_id} beta.libraries.documents.get
  GET /v1/libraries/{library_id}/documents/{document_id}/signed-url beta.libraries.documents.getSignedUrl
  GET /v1/libraries/{library_id}/documents beta.libraries.documents.list
  POST /v1/libraries/{library_id}/documents/{document_id}/reprocess beta.libraries.documents.reprocess
  GET /v1/libraries/{library_id}/documents/{document_id}/status beta.libraries.documents.status
  GET /v1/libraries/{library_id}/documents/{document_id}/text_content beta.libraries.documents.textContent
  PUT /v1/libraries/{library_id}/documents/{document_id} beta.libraries.documents.update
  POST /v1/libraries/{library_id}/documents beta.libraries.documents.upload
  GET /v1/libraries/{library_id} beta.libraries.get
  GET /v1/libraries beta.libraries.list
  PUT /v1/libraries/{library_id} beta.libraries.update
  POST /v1/chat/completions chat.complete
  POST /v1/chat/completions chat.stream
  POST /v1/classifications classifiers.classify
  POST /v1/chat/classifications classifiers.classifyChat
  POST /v1/moderations classifiers.moderate
  POST /v1/chat/moderations classifiers.moderateChat
  POST /v1/embeddings embeddings.create
  DELETE /v1/files/{file_id} files.delete
  GET /v1/files/{file_id}/content files.download
  GET /v1/files/{file_id}/url files.getSignedUrl
  GET /v1/files files.list
  GET /v1/files/{file_id} files.retrieve
  POST /v1/files files.upload
  POST /v1/fim/completions fim.complete
  POST /v1/fim/completions fim.stream
  POST /v1/fine_tuning/jobs/{job_id}/cancel fineTuning.jobs.cancel
  POST /v1/fine_tuning/jobs fineTuning.jobs.create
  GET /v1/fine_tuning/jobs/{job_id} fineTuning.jobs.get
  GET /v1/fine_tuning/jobs fineTuning.jobs.list
  POST /v1/fine_tuning/jobs/{job_id}/start fineTuning.jobs.start
  POST /v1/fine_tuning/models/{model_id}/archive models.archive
  DELETE /v1/models/{model_id} models.delete
  GET /v1/models models.list
  GET /v1/models/{model_id} models.retrieve
  DELETE /v1/fine_tuning/models/{model_id}/archive models.unarchive
  PATCH /v1/fine_tuning/models/{model_id} models.update
  POST /v1/ocr ocr.process
`;

const operations = first
  .trim()
  .split(/\n\s*/)
  .map((line) => line.split(' ') as [method: string, path: string, id: string]);

test('no operation of the first version is lost, whatever upstream drops', () => {
  const present = describedOperations.map(({ method, path }) => `${method} ${path}`);

  expect(present).toEqual(expect.arrayContaining(operations.map(([method, path]) => `${method} ${path}`)));
});

// A PUT that upstream deprecates for a PATCH gives its name to that: whoever calls it means the path.
test('no method of the first version is lost, or leads to another path', () => {
  const present = describedOperations.map(({ path, id }) => `${path} ${id}`);

  expect(present).toEqual(expect.arrayContaining(operations.map(([, path, id]) => `${path} ${id}`)));
});
