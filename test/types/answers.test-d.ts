import { describe, expectTypeOf, test } from 'vitest';

import type {
  ChatMessage,
  BaseModelCard,
  BatchJob,
  ChatCompletionResponse,
  CompletionChunk,
  ConversationEvent,
  ConversationResponse,
  FTModelCard,
  MessageOutputEvent,
  Mistral,
  ModelList,
  TranscriptionStreamEvent,
  CreateFileResponse,
  ReferenceChunk,
  ToolReferenceChunk,
} from '../../src/index.js';
import { citationsOf } from '../../src/index.js';

declare const mistral: Mistral;

describe('a completion', () => {
  test('has its first choice without a question mark too many', async () => {
    const reply = await mistral.chat.complete({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });

    expectTypeOf(reply.id).toEqualTypeOf<string>();
    expectTypeOf(reply.choices[0]!.index).toEqualTypeOf<number>();
    expectTypeOf(reply.usage).not.toBeAny();
  });

  test('has content that is text or blocks, told apart by type', () => {
    const { content } = ({} as ChatCompletionResponse).choices[0]!.message;
    if (typeof content === 'string' || content === null || content === undefined) return;

    for (const block of content) {
      if (block.type === 'text') expectTypeOf(block.text).toEqualTypeOf<string>();
      if (block.type === 'thinking') expectTypeOf(block.thinking).toExtend<readonly object[]>();
      if (block.type === 'reference') expectTypeOf(block.reference_ids).not.toBeAny();
      if (block.type === 'image_url') expectTypeOf(block.image_url).not.toBeAny();
      // @ts-expect-error only a text block has text
      void block.text;
    }
  });

  test('can be sent back as a message', () => {
    const { message } = ({} as ChatCompletionResponse).choices[0]!;
    mistral.chat.complete({ model: 'm', messages: [{ role: 'user', content: 'Hi' }, message] });
  });

  test('has tool calls with arguments as text or object', () => {
    const { tool_calls: calls } = ({} as ChatCompletionResponse).choices[0]!.message;
    expectTypeOf(calls![0]!.function.name).toEqualTypeOf<string>();
    expectTypeOf(calls![0]!.function.arguments).toEqualTypeOf<string | { [key: string]: unknown }>();
  });
});

describe('an enum of an answer', () => {
  test('knows its words, and lets any other through', () => {
    const { finish_reason: reason } = ({} as ChatCompletionResponse).choices[0]!;
    const reasons = { stop: true } satisfies Partial<Record<typeof reason, boolean>>;
    const { status } = {} as BatchJob;
    const { purpose } = {} as CreateFileResponse;

    expectTypeOf<'some day'>().toExtend<typeof reason>();
    expectTypeOf<'some day'>().toExtend<typeof status>();
    expectTypeOf<'some day'>().toExtend<typeof purpose>();
    expectTypeOf<1>().not.toExtend<typeof reason>();
    expectTypeOf(reasons).toHaveProperty('stop');
  });

  test('completes the words that are known', () => {
    type Known<Word> = Word extends string ? (string extends Word ? never : Word) : never;
    type Reason = ChatCompletionResponse['choices'][number]['finish_reason'];

    expectTypeOf<'stop' | 'length' | 'tool_calls'>().toExtend<Known<Reason>>();
    expectTypeOf<'SUCCESS' | 'FAILED'>().toExtend<Known<BatchJob['status']>>();
  });

  test('can be compared with a word that is not known', () => {
    const { finish_reason: reason } = ({} as CompletionChunk).choices[0]!;

    if (reason === 'a reason of tomorrow') expectTypeOf(reason).toExtend<string>();
  });
});

describe('a union of an answer is narrowed by its tag', () => {
  test('the outputs of a conversation', () => {
    const output = ({} as ConversationResponse).outputs[0]!;

    if (output.type === 'message.output') expectTypeOf(output.role).toExtend<string | undefined>();
    if (output.type === 'function.call') expectTypeOf(output.tool_call_id).toEqualTypeOf<string>();
    if (output.type === 'agent.handoff') expectTypeOf(output.next_agent_id).toEqualTypeOf<string>();
    if (output.type === 'tool.execution') expectTypeOf(output.arguments).toEqualTypeOf<string>();
    // @ts-expect-error only a call of a function has one
    void output.tool_call_id;
  });

  test('the events of a conversation', () => {
    const event = {} as ConversationEvent;

    switch (event.type) {
      case 'message.output.delta':
        expectTypeOf(event).toEqualTypeOf<MessageOutputEvent>();
        return;
      case 'function.call.delta':
        expectTypeOf(event.arguments).toEqualTypeOf<string>();
        return;
      case 'conversation.response.done':
        expectTypeOf(event.usage).not.toBeAny();
        return;
      case 'conversation.response.started':
        expectTypeOf(event.conversation_id).toEqualTypeOf<string>();
        return;
      default:
        // @ts-expect-error not of these
        void event.conversation_id;
    }
  });

  test('the events of a transcription', () => {
    const event = {} as TranscriptionStreamEvent;

    if (event.type === 'transcription.text.delta') expectTypeOf(event.text).toEqualTypeOf<string>();
    if (event.type === 'transcription.segment') expectTypeOf(event.start).toEqualTypeOf<number>();
    if (event.type === 'transcription.language') expectTypeOf(event.audio_language).toEqualTypeOf<string>();
    if (event.type === 'transcription.done') expectTypeOf(event.usage).not.toBeAny();
    // @ts-expect-error only a segment has a start
    void event.start;
  });

  test('the cards of models', async () => {
    const card = await mistral.models.retrieve({ model_id: 'm' });
    const { data } = {} as ModelList;

    if (card.type === 'fine-tuned') expectTypeOf(card).toEqualTypeOf<FTModelCard>();
    if (card.type === 'base') expectTypeOf(card).toEqualTypeOf<BaseModelCard>();
    for (const item of data ?? [])
      if (item.type === 'fine-tuned') expectTypeOf(item.job).toEqualTypeOf<string>();
    // @ts-expect-error only a fine-tuned model comes out of a job
    void card.job;
  });

  test('the tools of an agent', async () => {
    const { tools = [] } = await mistral.beta.agents.get({ agent_id: 'a' });

    for (const tool of tools) {
      if (tool.type === 'function') expectTypeOf(tool.function.name).toEqualTypeOf<string>();
      if (tool.type === 'document_library') expectTypeOf(tool.library_ids).toEqualTypeOf<string[]>();
    }
  });

  test('the jobs of tuning', async () => {
    for await (const job of mistral.fineTuning.jobs.list()) {
      if (job.job_type === 'classifier') expectTypeOf(job.hyperparameters).not.toHaveProperty('fim_ratio');
      if (job.job_type === 'completion') expectTypeOf(job.hyperparameters).toHaveProperty('fim_ratio');
    }
  });
});

test('a response belongs to who got it, and can be changed and sent back', async () => {
  const { choices } = await mistral.chat.complete({ model: 'm', messages: [] });
  const { message } = choices[0]!;
  message.tool_calls = [];
  message.tool_calls.push({ function: { name: 'now', arguments: '{}' } });
  if (Array.isArray(message.content)) message.content.push({ type: 'text', text: 'And more' });
  const messages: ChatMessage[] = [{ role: 'user', content: 'Hi' }];
  messages.push(message);
  mistral.chat.complete({ model: 'm', messages });

  const agent = await mistral.beta.agents.get({ agent_id: 'a' });
  agent.tools?.push({ type: 'web_search' });
  mistral.beta.agents.update({ agent_id: agent.id, tools: agent.tools, handoffs: agent.handoffs });
});

test('nothing that a method answers with is `any`', () => {
  type Answers = {
    [Name in keyof Mistral['beta']['conversations']]: Awaited<
      ReturnType<Mistral['beta']['conversations'][Name]>
    >;
  };

  expectTypeOf<Answers['start']>().not.toBeAny();
  expectTypeOf<Answers['get']>().not.toBeAny();
  expectTypeOf<Answers['getHistory']['entries'][number]>().not.toBeAny();
});

test('the fields of a citation can be read without narrowing it, and narrow it', () => {
  const [citation] = citationsOf('');

  expectTypeOf(citation?.type).toEqualTypeOf<'reference' | 'tool_reference' | undefined>();
  expectTypeOf(citation?.title).toEqualTypeOf<string | undefined>();
  expectTypeOf(citation?.url).toEqualTypeOf<string | null | undefined>();
  if (citation?.reference_ids) expectTypeOf(citation).toExtend<ReferenceChunk>();
  if (citation?.type === 'tool_reference') expectTypeOf(citation).toExtend<ToolReferenceChunk>();
});
