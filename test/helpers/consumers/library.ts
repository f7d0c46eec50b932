/** A library of somebody's own: what it exports has no type written beside it, so its declarations have to name ours. */
import { Mistral } from 'mistral-sdk';
import { createMistral } from 'mistral-sdk/ai-sdk';
import { speak } from 'mistral-sdk/audio';
import { runBatch } from 'mistral-sdk/batch';
import { createLimiter, embedAll, mapConcurrent } from 'mistral-sdk/concurrency';
import { ocrFile } from 'mistral-sdk/documents';
import { azure, googleVertex } from 'mistral-sdk/hosts';
import { mcpTools } from 'mistral-sdk/mcp';
import {
  batchJobsList,
  call,
  chatComplete,
  chatStream,
  createTransport,
  filesDownload,
  list,
  download,
  stream,
} from 'mistral-sdk/operations';
import { transcribeStream } from 'mistral-sdk/realtime';
import { responseFormat, structured } from 'mistral-sdk/structured';
import { redaction, studioTelemetry } from 'mistral-sdk/studio';
import { createMockMistral, mockBatches } from 'mistral-sdk/testing';
import { runTools, streamTools } from 'mistral-sdk/tools';
import { waitFor } from 'mistral-sdk/waiting';
import { executeWorkflow } from 'mistral-sdk/workflows';

const params = { model: 'mistral-small-latest', messages: [] };

export const onAzure = azure({ endpoint: 'https://example.com', apiKey: 'key' });
export const onVertex = googleVertex;
export const mistral = new Mistral();
export const { chat, beta } = mistral;
export const { complete } = mistral.chat;
export const jobs = mistral.batch.jobs;
export const page = () => mistral.batch.jobs.list();
export const completion = () => mistral.chat.stream(params);
export const transport = createTransport();
export const flat = () => call(transport, chatComplete, params);
export const flatStream = () => stream(transport, chatStream, params);
export const flatPage = () => list(transport, batchJobsList);
export const flatFile = () => download(transport, filesDownload, { file_id: 'file' });
export const typed = structured(mistral.chat);
export const format = responseFormat({ type: 'object' });
export const mock = createMockMistral();
export const batches = mockBatches;
export const provider = createMistral(mistral);
export const model = provider('mistral-small-latest');
export const embedding = provider.embeddingModel('mistral-embed');
export const observer = studioTelemetry({ redact: redaction() });
export const limiter = createLimiter({ maxConcurrency: 2 });
export const helpers = {
  runBatch,
  embedAll,
  mapConcurrent,
  ocrFile,
  speak,
  transcribeStream,
  runTools,
  streamTools,
  waitFor,
  executeWorkflow,
  mcpTools,
};
