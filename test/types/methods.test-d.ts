import { describe, expectTypeOf, test } from 'vitest';

import type {
  APIPromise,
  BaseModelCard,
  BatchJob,
  ChatCompletionResponse,
  CompletionChunk,
  CompletionStream,
  ConversationEvent,
  ConversationStream,
  FileSchema,
  Mistral,
  ModelList,
  Page,
  PagePromise,
  PlainMethods,
  RequestOptions,
  Stream,
  StreamPromise,
  TranscriptionStream,
  TranscriptionStreamEvent,
  CreateFileResponse,
  WithResponse,
} from '../../src/index.js';

import { structured, type StructuredChat } from '../../src/structured/index.js';
import { runTools } from '../../src/tools/index.js';

declare const mistral: Mistral;
declare const options: RequestOptions;

const messages = [{ role: 'user' as const, content: 'Bonjour' }];
const chat = { model: 'mistral-small-latest', messages };

describe('a double', () => {
  const reply = {} as ChatCompletionResponse;

  test('of plain async functions and generators stands in where no more is used of the methods', () => {
    const double: PlainMethods<Mistral['chat']> = {
      complete: async ({ model }) => ({ ...reply, model }),
      stream: async function* () {
        yield {} as CompletionChunk;
      },
    };
    const one: PlainMethods<Mistral['chat'], 'complete'> = { complete: async () => reply };
    const jobs: PlainMethods<Mistral['batch'], 'jobs'>['jobs']['get'] = async () => ({}) as BatchJob;

    expectTypeOf(double.complete(chat, options)).toEqualTypeOf<Promise<ChatCompletionResponse>>();
    expectTypeOf(one.complete).parameters.toEqualTypeOf<Parameters<Mistral['chat']['complete']>>();
    expectTypeOf(jobs({ job_id: 'j' })).resolves.toEqualTypeOf<BatchJob>();
  });

  test('is checked as the method is', () => {
    // @ts-expect-error -- a completion is no text
    const text: PlainMethods<Mistral['chat'], 'complete'> = { complete: async () => 'Bonjour' };
    const asked = async ({ city }: { city: string }) => ({ ...reply, model: city });
    // @ts-expect-error -- the method has no such parameter
    const read: PlainMethods<Mistral['chat'], 'complete'> = { complete: asked };
    expectTypeOf([text, read]).toBeArray();
  });

  test('has of streams and lists what is iterated, and no more', () => {
    const take = async (api: PlainMethods<Mistral, 'chat' | 'files'>) => {
      for await (const chunk of api.chat.stream(chat)) expectTypeOf(chunk).toEqualTypeOf<CompletionChunk>();
      for await (const file of api.files.list()) expectTypeOf(file).toEqualTypeOf<FileSchema>();
      // @ts-expect-error -- a generator has no text
      void api.chat.stream(chat).text();
      // @ts-expect-error -- a plain promise has no response
      void api.chat.complete(chat).withResponse();
    };
    expectTypeOf(take).toBeCallableWith(mistral);
  });

  test('may be the resource itself', () => {
    expectTypeOf(mistral).toExtend<PlainMethods<Mistral, 'chat' | 'beta' | 'audio'>>();
    expectTypeOf(mistral.chat).toExtend<PlainMethods<Mistral['chat'], 'complete'>>();
    expectTypeOf(mistral.chat).toExtend<PlainMethods<Mistral['chat']>>();
    expectTypeOf(mistral.batch).toExtend<PlainMethods<Mistral['batch']>>();
    expectTypeOf(mistral.beta).toExtend<PlainMethods<Mistral['beta']>>();
    expectTypeOf(mistral.files).toExtend<PlainMethods<Mistral['files']>>();
  });

  test('of all of a method needs no class of this package', () => {
    const complete = () => Object.assign(Promise.resolve(reply), { withResponse, asResponse });
    const double: Pick<Mistral['chat'], 'complete'> = { complete };
    expectTypeOf(double.complete(chat)).toEqualTypeOf<APIPromise<ChatCompletionResponse>>();

    async function withResponse() {
      const response = await asResponse();
      return { data: reply, response, requestId: undefined, rateLimit: undefined, attempts: 1 };
    }
    async function asResponse() {
      return Response.json(reply);
    }
  });

  test('serves the helpers that take doubles', () => {
    const double: PlainMethods<Mistral['chat'], 'complete'> = { complete: async () => reply };

    expectTypeOf(runTools(double, chat, { tools: [] })).resolves.toHaveProperty('messages');
    // @ts-expect-error -- this one asks for the response of the call
    structured(double);
  });

  test('of a generic method knows no more than its constraint says', () => {
    type Parse = PlainMethods<StructuredChat, 'parse'>;
    expectTypeOf<StructuredChat>().toExtend<Parse>();
    expectTypeOf<Awaited<ReturnType<Parse['parse']>>['parsed']>().toBeUnknown();
  });
});

describe('what a method returns', () => {
  test('is a promise of the data, for JSON', () => {
    expectTypeOf(mistral.chat.complete(chat)).toEqualTypeOf<APIPromise<ChatCompletionResponse>>();
    expectTypeOf(mistral.models.list()).resolves.toEqualTypeOf<ModelList>();
    expectTypeOf<Awaited<ReturnType<typeof mistral.files.upload>>>().toEqualTypeOf<CreateFileResponse>();
  });

  test('is a promise of nothing, where there is no content', () => {
    expectTypeOf(mistral.beta.agents.delete({ agent_id: 'a' })).toEqualTypeOf<APIPromise<void>>();
  });

  test('is a promise of the response, for bytes', () => {
    expectTypeOf(mistral.files.download({ file_id: 'f' })).toEqualTypeOf<APIPromise<Response>>();
  });

  test('is a promise of a stream that is iterable, for a stream', () => {
    expectTypeOf(mistral.chat.stream(chat)).toEqualTypeOf<StreamPromise<CompletionStream>>();
    expectTypeOf(mistral.chat.stream(chat)).resolves.toEqualTypeOf<CompletionStream>();
    expectTypeOf(mistral.chat.stream(chat)).toExtend<AsyncIterable<CompletionChunk>>();
    expectTypeOf(mistral.chat.stream(chat)).toExtend<Stream<CompletionChunk>>();
    expectTypeOf(mistral.fim.stream).returns.resolves.toEqualTypeOf<CompletionStream>();
    expectTypeOf(mistral.agents.stream).returns.resolves.toEqualTypeOf<CompletionStream>();
    expectTypeOf(mistral.beta.conversations.startStream).returns.resolves.toEqualTypeOf<ConversationStream>();
    expectTypeOf(mistral.audio.transcriptions.stream).returns.resolves.toEqualTypeOf<TranscriptionStream>();
    expectTypeOf(
      mistral.request<{ n: number }>({ method: 'POST', path: '/v1/new', responseType: 'stream' }),
    ).resolves.toEqualTypeOf<Stream<{ n: number }>>();
  });

  test('is a promise of a page that is iterable, for a list', () => {
    expectTypeOf(mistral.batch.jobs.list()).toEqualTypeOf<PagePromise<BatchJob>>();
    expectTypeOf(mistral.batch.jobs.list()).resolves.toEqualTypeOf<Page<BatchJob>>();
    expectTypeOf(mistral.batch.jobs.list()).toExtend<AsyncIterable<BatchJob>>();
  });

  test('can give the response beside the data, or alone', () => {
    expectTypeOf(mistral.models.list().withResponse()).resolves.toEqualTypeOf<WithResponse<ModelList>>();
    expectTypeOf(mistral.chat.stream(chat).withResponse()).resolves.toEqualTypeOf<
      WithResponse<CompletionStream>
    >();
    expectTypeOf(mistral.models.list().asResponse()).resolves.toEqualTypeOf<Response>();
    expectTypeOf(mistral.models.list().withResponse()).resolves.toHaveProperty('requestId');
  });
});

describe('a loop', () => {
  test('over a stream has its events', async () => {
    for await (const event of mistral.chat.stream(chat)) expectTypeOf(event).toEqualTypeOf<CompletionChunk>();
    for await (const event of await mistral.fim.stream({ model: 'codestral-latest', prompt: 'def' }))
      expectTypeOf(event).toEqualTypeOf<CompletionChunk>();
    for await (const event of mistral.beta.conversations.startStream({ inputs: 'Hi' }))
      expectTypeOf(event).toEqualTypeOf<ConversationEvent>();
    for await (const event of mistral.audio.transcriptions.stream({ model: 'voxtral-mini-latest' }))
      expectTypeOf(event).toEqualTypeOf<TranscriptionStreamEvent>();
  });

  test('over a list has its items, whichever way the answer holds them', async () => {
    for await (const job of mistral.batch.jobs.list()) expectTypeOf(job).toEqualTypeOf<BatchJob>();
    for await (const file of await mistral.files.list()) expectTypeOf(file).toEqualTypeOf<FileSchema>();
    for await (const agent of mistral.beta.agents.list()) expectTypeOf(agent.id).toEqualTypeOf<string>();
    for await (const document of mistral.beta.libraries.documents.list({ library_id: 'l' }))
      expectTypeOf(document.library_id).toEqualTypeOf<string>();
  });

  test('over a page, page by page', async () => {
    const first = await mistral.files.list();
    for await (const page of first.pages()) expectTypeOf(page.items).toEqualTypeOf<readonly FileSchema[]>();
    expectTypeOf(first.nextPage()).resolves.toEqualTypeOf<Page<FileSchema>>();
  });

  test('over JSON is refused', async () => {
    // @ts-expect-error an answer in JSON cannot be iterated
    for await (const _ of mistral.models.list());
  });
});

describe('params', () => {
  test('may be left out where all are optional', () => {
    mistral.models.list();
    mistral.batch.jobs.list();
    mistral.files.list({});
    mistral.beta.libraries.list();
  });

  test('are required where one is', () => {
    // @ts-expect-error model_id is missing
    mistral.models.retrieve();
    // @ts-expect-error model_id is missing
    mistral.models.retrieve({});
    // @ts-expect-error document_id is missing
    mistral.beta.libraries.documents.get({ library_id: 'l' });
    // @ts-expect-error version is missing, which is in the query
    mistral.beta.agents.updateVersion({ agent_id: 'a' });
  });

  test('hold path, query and body together', () => {
    mistral.beta.agents.update({ agent_id: 'a', instructions: 'Be brief' });
    mistral.fineTuning.jobs.list({ page: 1, status: 'RUNNING', model: null });
    type Params = Parameters<typeof mistral.beta.agents.updateVersion>[0];
    expectTypeOf<Params>().toExtend<{ agent_id: string; version: number }>();
    expectTypeOf<{ agent_id: string; version: number }>().toExtend<Params>();
  });

  test('that do not exist are refused', () => {
    // @ts-expect-error the wire name is max_tokens
    mistral.chat.complete({ ...chat, maxTokens: 1 });
    // @ts-expect-error the wire name is page_size
    mistral.files.list({ pageSize: 10 });
  });
});

describe('options', () => {
  test('come second, also after no params', () => {
    mistral.models.list({}, options);
    mistral.models.retrieve({ model_id: 'm' }, { signal: new AbortController().signal });
    mistral.chat.stream(chat, { headers: { 'x-team': 'a', accept: null, 'x-count': 1 } });
    mistral.chat.stream(chat, { headers: new Headers() });
  });

  test('that do not exist are refused', () => {
    // @ts-expect-error it is called signal
    mistral.chat.complete(chat, { abortSignal: new AbortController().signal });
    // @ts-expect-error options come second
    mistral.models.list({ signal: new AbortController().signal });
  });
});

test('a method can be taken along by name', () => {
  const { retrieve } = mistral.models;

  expectTypeOf(retrieve({ model_id: 'm' }))
    .resolves.toHaveProperty('id')
    .toEqualTypeOf<BaseModelCard['id']>();
});

test('there is no method that the API does not have', () => {
  // @ts-expect-error no such method
  void mistral.models.create;
  // @ts-expect-error no such resource
  void mistral.prompts;
  // @ts-expect-error resources stay as they are
  mistral.models = {} as Mistral['models'];
});
