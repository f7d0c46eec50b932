/** Parameters as people build them: `as const`, or of parts that may be undefined. Compiled under `exactOptionalPropertyTypes`. */
import { Mistral, type ChatCompleteParams } from 'mistral-sdk';
import { runBatch } from 'mistral-sdk/batch';
import { embedAll } from 'mistral-sdk/concurrency';
import { addDocument, ocrFile } from 'mistral-sdk/documents';
import { call, chatComplete, createTransport } from 'mistral-sdk/operations';
import { structured } from 'mistral-sdk/structured';
import { createMockMistral } from 'mistral-sdk/testing';
import { lintMessages, normalizeToolIds, runTools, streamTools, type RunnableTool } from 'mistral-sdk/tools';

const messages = [
  { role: 'system', content: [{ type: 'text', text: 'Be brief' }] },
  { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://files.test/a.png' } }] },
  { role: 'assistant', tool_calls: [{ id: 'abcdefghi', function: { name: 'now', arguments: '{}' } }] },
  { role: 'tool', tool_call_id: 'abcdefghi', name: 'now', content: [{ type: 'text', text: '12:00' }] },
  { role: 'assistant', content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] },
] as const;
const inputs = [
  { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
  { type: 'function.result', tool_call_id: 'abcdefghi', result: '{}' },
] as const;
const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } as const;
const described = [{ type: 'function', function: { name: 'now', parameters: schema } }] as const;
const model = 'mistral-small-latest';

export async function everywhere(
  maybe: {
    number: number | undefined;
    boolean: boolean | undefined;
    strings: readonly string[] | undefined;
    choice: ChatCompleteParams['tool_choice'];
  },
  tools: readonly RunnableTool[],
): Promise<void> {
  const mistral = new Mistral({ apiKey: 'test', fetch: createMockMistral().fetch });
  const { number, boolean, strings, choice } = maybe;
  const sampling = { temperature: number, max_tokens: number, stop: strings };
  const chat = { model, messages, ...sampling, tool_choice: choice } as const;

  await mistral.chat.complete({ ...chat, tools: described, parallel_tool_calls: boolean });
  await mistral.chat.stream({ ...chat, tools: described });
  await mistral.agents.complete({ agent_id: 'ag', messages, max_tokens: number });
  await mistral.fim.complete({ model, prompt: 'a', suffix: undefined, stop: strings });
  await mistral.classifiers.moderateChat({ model, input: [messages.slice(0, 2)] });
  await mistral.beta.agents.create({ model, name: 'a', tools: described, handoffs: strings });
  await mistral.beta.conversations.start({
    model,
    inputs,
    tools: described,
    completion_args: { ...sampling, response_format: undefined },
  });
  await mistral.batch.jobs.list({ status: ['RUNNING'] as const, page: number });
  await call(createTransport(), chatComplete, chat);

  await runTools(mistral.chat, chat, { tools });
  await runTools(mistral.agents, { agent_id: 'ag', messages, max_tokens: number }, { tools });
  await runTools(mistral.beta.conversations, { model, inputs, instructions: undefined }, { tools });
  for await (const _ of streamTools(mistral.chat, chat, { tools }));
  for await (const _ of streamTools(mistral.beta.conversations, { model, inputs }, { tools }));
  lintMessages(messages);
  normalizeToolIds(messages);

  await structured(mistral.chat).parse({ ...chat, response_format: schema });
  await structured(mistral.chat).stream({ ...chat, response_format: schema });
  await structured(mistral.beta.conversations).start({
    model,
    inputs,
    instructions: undefined,
    completion_args: { response_format: schema, top_p: number },
  });
  await structured(mistral.ocr).process({
    model,
    document: { type: 'document_url', document_url: 'https://files.test/a.pdf', document_name: undefined },
    pages: [0, 1] as const,
    document_annotation_format: schema,
    bbox_annotation_format: undefined,
  });
  await embedAll(mistral.embeddings, { model, inputs: ['a'] as const, output_dimension: number });
  await ocrFile(
    mistral,
    { name: 'a.pdf', content: '%PDF', type: undefined },
    { model, pages: [0] as const, image_limit: number },
  );
  await addDocument(mistral.beta.libraries.documents, {
    library_id: 'l',
    file: { name: 'a.txt', content: 'a' },
  });
  const options = { model, endpoint: '/v1/chat/completions', metadata: undefined } as const;
  for await (const _ of runBatch(mistral, [{ messages, ...sampling }], options));
}
