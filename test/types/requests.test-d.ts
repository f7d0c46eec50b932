import { describe, test } from 'vitest';

import type {
  AgentsCompletionRequest,
  AssistantMessage,
  BetaConversationsStartParams,
  ChatCompleteParams,
  ChatCompletionRequest,
  ChatMessage,
  ConversationRequest,
  Mistral,
  SystemMessage,
  ToolMessage,
  UserMessage,
} from '../../src/index.js';

declare const mistral: Mistral;

const model = 'mistral-small-latest';
const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

// The literals are those of the API's documentation, written in place so that nothing widens their types.
describe('a chat', () => {
  test('is a model and messages', () => {
    mistral.chat.complete({ model, messages: [{ role: 'user', content: 'Hi' }] });
    mistral.chat.stream({ model, messages: [{ role: 'user', content: 'Hi' }] });
    mistral.agents.complete({ agent_id: 'ag:1', messages: [{ role: 'user', content: 'Hi' }] });
    mistral.agents.stream({ agent_id: 'ag:1', messages: [{ role: 'user', content: 'Hi' }] });
  });

  test('may have messages of every role', () => {
    mistral.chat.complete({
      model,
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'Weather in Paris?' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'call_1', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
        },
        { role: 'tool', name: 'get_weather', content: '22 °C', tool_call_id: 'call_1' },
        { role: 'assistant', content: 'It is', prefix: true },
      ],
    });
  });

  test('may hold text, pictures, documents and sound', () => {
    mistral.chat.complete({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: 'https://files.test/a.png' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO', detail: 'low' } },
            { type: 'document_url', document_url: 'https://files.test/a.pdf', document_name: 'a.pdf' },
            { type: 'input_audio', input_audio: 'https://files.test/a.mp3' },
            { type: 'file', file_id: '497f6eca-6276-4993-bfeb-53cbbbba6f09' },
          ],
        },
      ],
    });
  });

  test('may have tools, and a choice of them', () => {
    const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'Weather in Paris?' }];
    mistral.chat.complete({
      model,
      messages,
      tools: [
        { type: 'function', function: { name: 'now', parameters: {} } },
        { type: 'function', function: weather },
        { function: weather },
      ],
      tool_choice: 'any',
      parallel_tool_calls: false,
    });
    mistral.chat.complete({ model, messages, tool_choice: 'auto' });
    mistral.chat.complete({ model, messages, tool_choice: 'none' });
    mistral.chat.complete({ model, messages, tool_choice: 'required' });
    mistral.chat.complete({
      model,
      messages,
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
    });
  });

  test('may ask for JSON', () => {
    const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'A book, as JSON' }];
    mistral.chat.complete({ model, messages, response_format: { type: 'text' } });
    mistral.chat.complete({ model, messages, response_format: { type: 'json_object' } });
    mistral.chat.complete({
      model,
      messages,
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'book',
          strict: true,
          schema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
        },
      },
    });
  });

  test('may have all the rest', () => {
    mistral.chat.complete({
      model,
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 0.7,
      top_p: 1,
      max_tokens: 100,
      stop: ['\n'],
      random_seed: 0,
      metadata: { team: 'a' },
      presence_penalty: 0,
      frequency_penalty: 0,
      n: 1,
      prediction: { type: 'content', content: 'Hello' },
      prompt_mode: 'reasoning',
      safe_prompt: false,
    });
    mistral.chat.complete({
      model,
      messages: [{ role: 'user', content: 'Hi' }],
      stop: '\n',
      temperature: null,
    });
  });

  test('is completed in the middle', () => {
    mistral.fim.complete({ model: 'codestral-latest', prompt: 'def f(', suffix: 'return a + b' });
  });
});

describe('a conversation', () => {
  test('starts with text, messages or entries', () => {
    mistral.beta.conversations.start({ model, inputs: 'Hi' });
    mistral.beta.conversations.start({ model, inputs: [{ role: 'user', content: 'Hi' }] });
    mistral.beta.conversations.start({ agent_id: 'ag_1', inputs: [{ role: 'user', content: 'Hi' }] });
    mistral.beta.conversations.start({
      model,
      inputs: [
        { type: 'message.input', role: 'user', content: 'Hi' },
        { object: 'entry', type: 'message.input', role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      ],
    });
    mistral.beta.conversations.startStream({ model, inputs: [{ role: 'user', content: 'Hi' }] });
  });

  test('goes on with a text, a message or the result of a function', () => {
    const conversation_id = 'conv_1';
    mistral.beta.conversations.append({ conversation_id, inputs: 'Hi' });
    mistral.beta.conversations.append({ conversation_id, inputs: [{ role: 'user', content: 'Hi' }] });
    mistral.beta.conversations.append({
      conversation_id,
      inputs: [{ type: 'function.result', tool_call_id: 'call_1', result: '{}' }],
    });
    mistral.beta.conversations.appendStream({ conversation_id, inputs: 'Hi' });
    mistral.beta.conversations.restart({ conversation_id, from_entry_id: 'msg_1', inputs: 'Hi' });
    mistral.beta.conversations.restartStream({ conversation_id, from_entry_id: 'msg_1', inputs: 'Hi' });
  });

  test('may have tools and arguments', () => {
    mistral.beta.conversations.start({
      model,
      inputs: 'Hi',
      instructions: 'Be brief',
      tools: [
        { type: 'web_search' },
        { type: 'code_interpreter' },
        { type: 'image_generation' },
        { type: 'document_library', library_ids: ['l'] },
        { type: 'function', function: weather },
      ],
      completion_args: { temperature: 0.3, top_p: 0.95, response_format: { type: 'json_object' } },
      store: false,
      handoff_execution: 'server',
    });
  });
});

describe('an agent', () => {
  test('is a model and a name, and may have tools', () => {
    mistral.beta.agents.create({ model, name: 'Searcher' });
    mistral.beta.agents.create({
      model,
      name: 'Searcher',
      description: 'Searches the web',
      instructions: 'Use web_search',
      tools: [{ type: 'web_search' }],
      completion_args: { temperature: 0.3, top_p: 0.95 },
      handoffs: ['ag_2'],
    });
    mistral.beta.agents.create({ model, name: 'Caller', tools: [{ type: 'function', function: weather }] });
    mistral.beta.agents.update({ agent_id: 'ag_1', instructions: 'Be brief', tools: [] });
  });
});

describe('other requests', () => {
  test('read a document', () => {
    mistral.ocr.process({
      model: 'mistral-ocr-latest',
      document: { type: 'document_url', document_url: 'https://files.test/a.pdf' },
      include_image_base64: true,
      pages: [0, 1],
    });
    mistral.ocr.process({
      model: 'mistral-ocr-latest',
      document: { type: 'image_url', image_url: 'https://files.test/a.png' },
    });
    mistral.ocr.process({
      model: 'mistral-ocr-latest',
      document: { type: 'image_url', image_url: { url: 'https://files.test/a.png' } },
    });
    mistral.ocr.process({
      model: 'mistral-ocr-latest',
      document: { type: 'file', file_id: '497f6eca-6276-4993-bfeb-53cbbbba6f09' },
      table_format: 'html',
      bbox_annotation_format: {
        type: 'json_schema',
        json_schema: { name: 'figure', schema: { type: 'object', properties: {} } },
      },
    });
  });

  test('embed one text or several', () => {
    mistral.embeddings.create({ model: 'mistral-embed', input: 'Hi' });
    mistral.embeddings.create({ model: 'mistral-embed', input: ['Hi', 'there'] });
    mistral.embeddings.create({
      model: 'codestral-embed',
      input: ['Hi'],
      output_dtype: 'binary',
      output_dimension: 512,
      encoding_format: 'base64',
    });
  });

  test('judge texts and conversations', () => {
    mistral.classifiers.moderate({ model: 'mistral-moderation-latest', input: 'Hi' });
    mistral.classifiers.moderate({ model: 'mistral-moderation-latest', input: ['Hi', 'there'] });
    mistral.classifiers.moderateChat({
      model: 'mistral-moderation-latest',
      input: [{ role: 'user', content: 'Hi' }],
    });
    mistral.classifiers.moderateChat({
      model: 'mistral-moderation-latest',
      input: [[{ role: 'user', content: 'Hi' }], [{ role: 'user', content: 'there' }]],
    });
    mistral.classifiers.classify({ model: 'my-classifier', input: ['Hi'] });
    mistral.classifiers.classifyChat({
      model: 'my-classifier',
      input: [{ messages: [{ role: 'user', content: 'Hi' }] }],
    });
  });

  test('tune a model', () => {
    mistral.fineTuning.jobs.create({
      model: 'open-mistral-7b',
      training_files: [{ file_id: 'f', weight: 1 }],
      validation_files: ['g'],
      hyperparameters: { training_steps: 10, learning_rate: 0.0001 },
      auto_start: false,
    });
    mistral.fineTuning.jobs.create({
      model: 'ministral-3b-latest',
      job_type: 'classifier',
      training_files: [{ file_id: 'f', weight: 1 }],
      hyperparameters: {},
      classifier_targets: [{ name: 'mood', labels: ['good', 'bad'] }],
      integrations: [{ type: 'wandb', project: 'p', api_key: 'k' }],
      dry_run: true,
    });
  });

  test('run a batch', () => {
    mistral.batch.jobs.create({
      input_files: ['f'],
      model,
      endpoint: '/v1/chat/completions',
      metadata: { job_type: 'testing' },
      timeout_hours: 24,
    });
    mistral.batch.jobs.create({
      model,
      endpoint: '/v1/chat/completions',
      requests: [{ custom_id: '0', body: { messages: [{ role: 'user', content: 'Hi' }] } }],
    });
    mistral.batch.jobs.list({ status: ['QUEUED', 'RUNNING'], created_by_me: true, order_by: '-created' });
  });
});

describe('refused is', () => {
  const messages: ChatCompletionRequest['messages'] = [];

  test('a chat without a model', () => {
    // @ts-expect-error the model is missing
    mistral.chat.complete({ messages: [{ role: 'user', content: 'Hi' }] });
    // @ts-expect-error the messages are missing
    mistral.chat.complete({ model });
    // @ts-expect-error an agent has its own model
    mistral.agents.complete({ agent_id: 'ag:1', model, messages } satisfies AgentsCompletionRequest);
  });

  test('a role that does not exist', () => {
    // @ts-expect-error nobody speaks as `bot`
    mistral.chat.complete({ model, messages: [{ role: 'bot', content: 'Hi' }] });
    // @ts-expect-error a message has a role
    mistral.chat.complete({ model, messages: [{ content: 'Hi' }] });
    // @ts-expect-error nobody speaks as `bot`
    mistral.beta.conversations.start({ model, inputs: [{ role: 'bot', content: 'Hi' }] });
  });

  test('content of a type that does not exist', () => {
    // @ts-expect-error no such type
    mistral.chat.complete({ model, messages: [{ role: 'user', content: [{ type: 'video', url: 'u' }] }] });
    // @ts-expect-error the text of a text block is missing
    mistral.chat.complete({ model, messages: [{ role: 'user', content: [{ type: 'text' }] }] });
    // @ts-expect-error the two are not mixed
    mistral.ocr.process({ model: 'm', document: { type: 'document_url', image_url: 'u' } });
  });

  test('`stream`, which the method says', () => {
    // @ts-expect-error chat.complete() does not stream anyway
    mistral.chat.complete({ model, messages, stream: false });
    // @ts-expect-error chat.stream() streams anyway
    mistral.chat.stream({ model, messages, stream: true });
    // @ts-expect-error chat.stream() streams
    mistral.chat.complete({ model, messages, stream: true });
    // @ts-expect-error chat.complete() does not
    mistral.chat.stream({ model, messages, stream: false });
    // @ts-expect-error agents.stream() streams
    mistral.agents.complete({ agent_id: 'ag:1', messages, stream: true });
    // @ts-expect-error fim.stream() streams
    mistral.fim.complete({ model, prompt: 'def', stream: true });
    // @ts-expect-error startStream() streams
    mistral.beta.conversations.start({ inputs: 'Hi', stream: true });
    // @ts-expect-error transcriptions.stream() streams
    mistral.audio.transcriptions.complete({ model, file_id: 'f', stream: true });
  });

  test('a word outside of an enum', () => {
    // @ts-expect-error no such purpose
    mistral.files.upload({ file: new File([], 'a'), purpose: 'training' });
    // @ts-expect-error no such choice
    mistral.chat.complete({ model, messages, tool_choice: 'always' });
    // @ts-expect-error no such format
    mistral.chat.complete({ model, messages, response_format: { type: 'xml' } });
    // @ts-expect-error no such endpoint
    mistral.batch.jobs.create({ endpoint: '/v1/models' });
    // @ts-expect-error no such status
    mistral.batch.jobs.list({ status: ['SLEEPING'] });
    // @ts-expect-error no such format
    mistral.ocr.process({ model: 'm', document: { type: 'file', file_id: 'f' }, table_format: 'csv' });
    // @ts-expect-error no such tool
    mistral.beta.agents.create({ model, name: 'a', tools: [{ type: 'telepathy' }] });
    // @ts-expect-error no such type of job
    mistral.fineTuning.jobs.create({ model, job_type: 'embedding', hyperparameters: {} });
    const share = { library_id: 'l', share_with_uuid: 'u', share_with_type: 'User' as const };
    // @ts-expect-error no such level
    mistral.beta.libraries.accesses.updateOrCreate({ ...share, level: 'Owner' });
    mistral.beta.libraries.accesses.updateOrCreate({ ...share, level: 'Viewer' });
  });

  test('a value of another type', () => {
    // @ts-expect-error a model is a string
    mistral.chat.complete({ model: 1, messages });
    // @ts-expect-error a temperature is a number
    mistral.chat.complete({ model, messages, temperature: 'high' });
    // @ts-expect-error an id is a string
    mistral.files.retrieve({ file_id: null });
    // @ts-expect-error what is to be embedded is text
    mistral.embeddings.create({ model: 'mistral-embed', input: [1] });
  });
});

test('the type of a request can be written down beforehand', () => {
  const request: ConversationRequest = { model, inputs: [{ role: 'user', content: 'Hi' }] };
  mistral.beta.conversations.start(request);
});

test('a message has a type, and so has each role, whatever it is built of', () => {
  const system: SystemMessage = { role: 'system', content: 'Be brief' };
  const tool: ToolMessage = { role: 'tool', tool_call_id: 'abcdefghi', content: '22 °C' };
  const assistant: AssistantMessage = { role: 'assistant', content: 'Hi' };
  const user: UserMessage = { role: 'user', content: [] };
  user.content = [{ type: 'text', text: 'Hi' }];
  const history: ChatMessage[] = [system, assistant, tool];
  history.push(user);
  const frozen: readonly ChatMessage[] = [...history, { role: 'user', content: 'Hi' }];
  mistral.chat.complete({ model, messages: frozen });
  mistral.agents.stream({ agent_id: 'ag:1', messages: history });
});

test('the parameters of a call that is whole fit the one that streams', () => {
  const chat: ChatCompleteParams = { model, messages: [] };
  mistral.chat.stream(chat);
  const start: BetaConversationsStartParams = { model, inputs: 'Hi' };
  mistral.beta.conversations.startStream(start);
});
