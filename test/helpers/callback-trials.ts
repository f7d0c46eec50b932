import { speak } from '../../src/audio/index.js';
import { runBatch, decodeJsonl } from '../../src/batch/index.js';
import { embedAll, mapConcurrent } from '../../src/concurrency/index.js';
import { addDocument, markdown, ocrFile } from '../../src/documents/index.js';
import { azure, googleVertex } from '../../src/hosts/index.js';
import {
  CompletionStream,
  Mistral,
  TimeoutError,
  type MistralOptions,
  type RequestOptions,
} from '../../src/index.js';
import { mcpTools, type McpClient } from '../../src/mcp/index.js';
import { openTelemetry, traceTool } from '../../src/otel/index.js';
import { audioFromWav, transcribeStream } from '../../src/realtime/index.js';
import { structured } from '../../src/structured/index.js';
import { studioTelemetry } from '../../src/studio/index.js';
import { createCassette, createMockMistral, mockBatches, type MockMistral } from '../../src/testing/index.js';
import { compactMessages, runTools, streamTools, tool, type RunnableTool } from '../../src/tools/index.js';
import { waitFor } from '../../src/waiting/index.js';
import { executeWorkflow, type WorkflowsClient } from '../../src/workflows/index.js';

/** Whatever a user writes in the place of a function: it fits everywhere, and can be called with `new`. */
export type Callback = (...args: unknown[]) => never;

/** What a program is run with. */
export interface Around {
  readonly mock: MockMistral;
  /** Of a client whose requests go to the mock, and are counted. */
  readonly options: MistralOptions;
  readonly mistral: Mistral;
  readonly signal: AbortSignal;
}

/** A program that uses a function of the user, and what is due when that goes wrong. */
export interface Trial {
  readonly use: (callback: Callback, around: Around) => unknown;
  /** What the function does if all is well; nothing, unless said otherwise. */
  readonly good?: (...args: never[]) => unknown;
  /** How what it throws comes out: as it is, unless said otherwise; as the `cause` of an error of ours; not at all. */
  readonly error?: 'itself' | 'cause' | 'nowhere';
  /** How often a function that fails is called, if its failure comes out: once, unless failing is part of its work. */
  readonly calls?: number;
  /** How many requests are sent when it fails. */
  readonly requests: number;
  /**
   * What becomes of a promise: it is waited for, unless said otherwise. It is waited for at the end alone, so that a rejection
   * may come after more calls; refused, since a value is wanted at once; not looked at; or, where it is the language that asks
   * for the value, nothing that the package could do.
   */
  readonly promise?: 'late' | 'refused' | 'ignored' | 'language';
  /**
   * What ends the program when the function does not settle: its time limit and its signal, unless said otherwise; its signal
   * alone; it is not waited for; or nothing that the package has, as it is the user's own program that waits.
   */
  readonly hang?: 'limits' | 'signal' | 'ignored' | 'program';
  /** What it must not return, and what the error says. Without it, nobody looks at what it returns. */
  readonly garbage?: { readonly values: readonly unknown[]; readonly says: RegExp };
  /** Whether an error that says that it is `retryable` is retried, because failing is part of the function's work. */
  readonly isRetried?: boolean;
}

const messages = [{ role: 'user' as const, content: 'Hi' }];
const params = { model: 'mistral-small-latest', messages };
const timeoutMs = 1000;
const notMine = 'Not mine';
const raise = (): never => {
  throw new Error(notMine);
};

const spoken = async function* () {
  yield { type: 'speech.audio.delta', audio_data: 'AAAA' };
};

/** Speech that fails. */
const silent = () => speak({ complete: () => raise(), stream: () => raise() }, { input: 'A' });

const workflowExecution = { execution_id: 'e', status: 'COMPLETED', result: 1 };

/** What a workflow says: that somebody has to sign in, and that it has ended. */
const workflowEvents = async function* () {
  const payload = { type: 'json', value: { auth_url: 'https://auth.example' } };
  yield event('CUSTOM_TASK_STARTED', { custom_task_type: 'connector_auth', payload });
  yield event('WORKFLOW_EXECUTION_COMPLETED', {});
};
const event = (event_type: string, attributes: object) => ({
  data: { event_type, attributes, workflow_exec_id: 'e' },
});

/** A run of workflows of which some methods are others. */
const runOf = (
  { signal }: Around,
  { executions, ...others }: { executions?: object; events?: object; executeWorkflow?: unknown },
  options: object = {},
) => {
  const workflows = {
    executeWorkflow: async () => workflowExecution,
    events: { getStreamEvents: workflowEvents },
    executions: { getWorkflowExecution: async () => workflowExecution, ...executions },
    ...others,
  };
  // Only what is used.
  return executeWorkflow(
    workflows as unknown as WorkflowsClient,
    'w',
    {},
    { ...polling, timeoutMs, signal, ...options },
  );
};

/** What iterates it calls the function for each item. */
const sourceOf = (next: Callback): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next }) });

const once = (value: unknown) => {
  let isRead = false;
  return () => {
    const done = isRead;
    isRead = true;
    return { done, value: done ? undefined : value };
  };
};

/** Over 4 MB, so that it is read while it is sent. */
const large = () => {
  let count = 0;
  return () => ({ done: count++ > 80, value: new Uint8Array(64 * 1024) });
};

async function iterate(list: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of list);
}

/** The header of a file of 16 bits at 16 kHz, and four samples. */
const wav = Buffer.from(
  '524946462c00000057415645666d74201000000001000100803e0000007d00000200100064617461080000000000000000000000',
  'hex',
);

const keys = { values: [42, '', null, undefined, {}, 'a b'], says: /key|token/i };
const noItem = { values: [42, null, undefined, 'text'], says: /iterat|object|next/i };

// Streams that have all that handlers are called for.

const tokens = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const chunks = [
  {
    delta: { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] },
    finish_reason: null,
  },
  { delta: { content: 'A' }, finish_reason: null },
  {
    delta: { tool_calls: [{ id: 'aaaaaaaaa', index: 0, function: { name: 'look', arguments: '{}' } }] },
    finish_reason: null,
  },
  { delta: { content: '' }, finish_reason: 'tool_calls' },
].map((choice, index) => ({
  id: 'c',
  model: 'm',
  choices: [{ index: 0, ...choice }],
  ...(index === 3 ? { usage: tokens } : {}),
}));

const message = { id: 'msg', output_index: 0, role: 'assistant' };
const thought = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] };
const execution = { id: 'exec', output_index: 1, name: 'web_search' };
const conversationEvents = [
  { type: 'conversation.response.started', conversation_id: 'conv' },
  { type: 'message.output.delta', ...message, content_index: 0, content: 'A' },
  { type: 'message.output.delta', ...message, content_index: 1, content: thought },
  { type: 'tool.execution.started', ...execution, arguments: '{}' },
  { type: 'tool.execution.done', ...execution, info: {} },
  {
    type: 'agent.handoff.done',
    id: 'hand',
    output_index: 2,
    previous_agent_id: 'a',
    previous_agent_name: 'A',
    next_agent_id: 'b',
    next_agent_name: 'B',
  },
  {
    type: 'function.call.delta',
    id: 'fc',
    output_index: 3,
    name: 'look',
    tool_call_id: 'aaaaaaaaa',
    arguments: '{}',
  },
  { type: 'conversation.response.done', usage: tokens },
];
const transcriptionEvents = [
  { type: 'transcription.language', audio_language: 'en' },
  { type: 'transcription.text.delta', text: 'A' },
  { type: 'transcription.segment', text: 'A', start: 0, end: 1 },
  { type: 'transcription.done', model: 'm', text: 'A', language: 'en', usage: tokens },
];

type Options = Pick<RequestOptions, 'signal' | 'idleTimeoutMs'>;
const limits = ({ signal }: Around): Options => ({ signal, idleTimeoutMs: timeoutMs });

// Examples of events as the API sends them, of which the types want more than is read.
const streams = {
  chat(around: Around) {
    around.mock.on('chat.stream', chunks as never);
    return around.mistral.chat.stream(params, limits(around));
  },
  conversation(around: Around) {
    around.mock.on('beta.conversations.startStream', conversationEvents as never);
    return around.mistral.beta.conversations.startStream({ inputs: 'Hi', model: 'm' }, limits(around));
  },
  transcription(around: Around) {
    around.mock.on('audio.transcriptions.stream', transcriptionEvents as never);
    const file = { name: 'a.mp3', content: 'a' };
    return around.mistral.audio.transcriptions.stream({ model: 'm', file }, limits(around));
  },
};

const handler = (kind: keyof typeof streams, name: string): Trial => ({
  requests: 1,
  use: (callback, around) => {
    const stream = streams[kind](around) as ReturnType<(typeof streams)['chat']>;
    return iterate(stream.on(name as 'text', callback));
  },
});

// Runs of tools.

/** The end of a run's time is a result. */
async function untilTimeout(running: PromiseLike<{ readonly endedBy: string }>): Promise<void> {
  const { endedBy } = await running;
  if (endedBy === 'timeout') throw new TimeoutError('The run took too long', timeoutMs);
}

const lookDefinition = {
  name: 'look',
  description: 'Look',
  parameters: { type: 'object', properties: {} },
};

const look = (execute: Callback | (() => unknown)) => tool({ ...lookDefinition, execute });

/** The same tool, as somebody would write it without `tool()`. */
const withApproval =
  (needsApproval: Callback | boolean) =>
  (given: RunnableTool): RunnableTool => ({
    ...given,
    parameters: given.parameters,
    execute: given.execute,
    needsApproval,
  });

/** What runs the tool once. */
function callTool({ mock }: Around): void {
  const called = {
    role: 'assistant',
    content: '',
    tool_calls: [{ id: 'aaaaaaaaa', function: { name: 'look', arguments: '{}' } }],
  };
  const choices = [{ index: 0, finish_reason: 'tool_calls', message: called }];
  mock.on('chat.complete', ({ body }, usual) =>
    JSON.stringify(body).includes('"role":"tool"') ? 'Done' : ({ ...usual, choices } as typeof usual),
  );
}

const run = (around: Around, options: object) => {
  callTool(around);
  const running = runTools(around.mistral.chat, params, {
    tools: [look(() => 'A')],
    timeoutMs,
    signal: around.signal,
    onError: 'throw',
    ...options,
  });
  return untilTimeout(running);
};

/** What calls the only tool of an MCP server, through a client of which a method is another. */
const callMcpTool = async ({ signal }: Around, replaced: object, options: object = {}) => {
  const client: McpClient = {
    listTools: async () => ({ tools: [{ name: 'look', inputSchema: {} }] }),
    callTool: async () => ({ content: [] }),
    ...replaced,
  };
  const [mcpTool] = await mcpTools(client, { signal, timeoutMs, ...options });
  const context = { signal, callId: 'aaaaaaaaa', round: 1, reportProgress() {} };
  // A tool of any arguments can ask for the approval of these.
  const args = {} as never;
  if (typeof mcpTool!.needsApproval === 'function') await mcpTool!.needsApproval(args, context);
  return mcpTool!.execute({}, context);
};

const output = (...outputs: object[]) => ({
  object: 'conversation.response',
  conversation_id: 'conv',
  outputs,
  usage: {},
});
const said = output({ type: 'message.output', role: 'assistant', content: 'A' });
const functionCall = { type: 'function.call', tool_call_id: 'aaaaaaaaa', name: 'look', arguments: '{}' };
const handoff = { type: 'agent.handoff', next_agent_id: 'b', next_agent_name: 'B' };

type Conversations = Parameters<typeof runTools>[0];
const talk = (client: object, { signal }: Around, options: object = {}, more: object = {}) =>
  untilTimeout(
    runTools(
      client as Conversations & Mistral['beta']['conversations'],
      { inputs: 'Hi', model: 'm', ...more },
      { tools: [look(() => 'A')], timeoutMs, signal, ...options },
    ),
  );

const conversationsWith = (...outputs: object[]) => {
  const left = [...outputs];
  const next = async () => left.shift() ?? said;
  return { start: next, append: next };
};

// Doubles of clients, with one method replaced.

const polling = { initialDelayMs: 1, maxDelayMs: 1 };
const line = JSON.stringify({ custom_id: '0', response: { status_code: 200, body: {} } });
const ended = { id: 'job', status: 'SUCCESS', output_file: 'out', errors: [] };

const batch = (
  { signal }: Around,
  { jobs = {}, files = {}, options = {}, inputs = [{ input: 'a' }] as unknown } = {},
) =>
  iterate(
    runBatch(
      {
        files: {
          upload: async () => ({ id: 'file' }),
          download: async () => new Response(line),
          ...files,
        },
        batch: {
          jobs: {
            create: async () => ({ id: 'job', status: 'QUEUED' }),
            get: async () => ended,
            cancel: async () => undefined,
            ...jobs,
          },
        },
      } as unknown as Mistral,
      inputs as { input: string }[],
      { endpoint: '/v1/embeddings', model: 'mistral-embed', polling, signal, ...options },
    ),
  );

const document = { id: 'doc', process_status: 'done' };
const added = ({ signal }: Around, replaced: object) =>
  addDocument(
    {
      upload: () => ({ withResponse: async () => ({ data: document, response: { status: 201 } }) }),
      get: async () => document,
      ...replaced,
    } as unknown as Mistral['beta']['libraries']['documents'],
    { library_id: 'lib', file: { name: 'a.txt', content: 'a' } },
    { ...polling, timeoutMs, signal },
  );

const pages = [{ index: 0, markdown: '![img-0.jpeg](img-0.jpeg)', images: [{ id: 'img-0.jpeg' }] }];
const read = ({ signal }: Around, { files = {}, ocr = {} }) =>
  ocrFile(
    {
      files: { upload: async () => ({ id: 'file' }), delete: async () => undefined, ...files },
      ocr: { process: async () => ({ pages, usage_info: { pages_processed: 1 } }), ...ocr },
    } as unknown as Mistral,
    { name: 'a.pdf', content: 'a' },
    { model: 'mistral-ocr-latest' },
    { signal },
  );

// What is told, and must not disturb.

const logged = (level: 'error' | 'warn' | 'info' | 'debug'): Trial => ({
  requests: 1,
  error: 'nowhere',
  hang: 'ignored',
  use: (callback, { options }) => {
    const quiet = () => undefined;
    const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet, [level]: callback };
    // An observer that fails is what there is to warn of.
    return new Mistral({ ...options, logger, logLevel: 'debug', observer: raise }).chat.complete(params);
  },
});

const observed = (name: 'run' | 'responded' | 'ended', good?: (send: () => void) => void): Trial => ({
  requests: 1,
  error: 'nowhere',
  hang: 'ignored',
  ...(good ? { good } : {}),
  use: (callback, { options }) =>
    new Mistral({ ...options, observer: () => ({ [name]: callback }) }).chat.complete(params),
});

const noRoute = ({ mistral }: Around) => mistral.request({ method: 'GET', path: '/v1/nowhere' });

const schemaOf = (validate: unknown, input: unknown = () => ({ type: 'object', properties: {} })) => ({
  '~standard': { version: 1, vendor: 'mine', validate, jsonSchema: { input, output: input } },
});
const parsed = (schema: object, { options, signal, mock }: Around) => {
  mock.on('chat.complete', '{}');
  return structured(new Mistral(options).chat).parse(
    { ...params, response_format: schema as never },
    { signal, timeoutMs },
  );
};

const upload =
  (callback: Callback, file: (content: AsyncIterable<never>) => object): Trial['use'] =>
  (_, { mistral, signal }) =>
    mistral.files.upload(
      { purpose: 'batch', file: file(sourceOf(callback)) as never },
      { signal, timeoutMs },
    );

const listen = ({ mistral, mock, signal }: Around, audio: AsyncIterable<never>, more: object = {}) =>
  transcribeStream(mistral, audio, {
    model: 'voxtral-mini-transcribe-realtime-2602',
    WebSocket: mock.WebSocket,
    signal,
    timeoutMs,
    idleTimeoutMs: timeoutMs,
    maxRetries: 0,
    ...more,
  }).result();

const silence = () => sourceOf(once(new Uint8Array(640)) as never);
const streamOf = (text: string) => new Blob([text]).stream();
const reply = `data: ${JSON.stringify({
  choices: [{ index: 0, delta: { content: 'A' }, finish_reason: 'stop' }],
})}\n\ndata: [DONE]\n\n`;

const fetched: Pick<Trial, 'error' | 'calls' | 'isRetried' | 'garbage'> = {
  // What `fetch` throws is the network's failure.
  error: 'cause',
  calls: 3,
  isRetried: true,
  garbage: { values: [undefined, null, 42, {}], says: /`fetch`/ },
};
const jobs = { id: 'job', status: 'QUEUED' };
const noJob = { values: [undefined, null, 42, {}], says: /job/i };

/** Each function that a user can pass, by the name of where it is declared. */
export const trials: Readonly<Record<string, Trial>> = {
  'APIPromise.then(onFulfilled)': {
    requests: 1,
    hang: 'program',
    use: (onRead, { mistral }) => mistral.models.list().then(onRead),
  },
  'APIPromise.then(onRejected)': {
    requests: 1,
    hang: 'program',
    use: (callback, around) => noRoute(around).then(undefined, callback),
  },
  'APIPromise.catch(onRejected)': {
    requests: 1,
    hang: 'program',
    use: (onFailed, around) => noRoute(around).catch(onFailed),
  },
  'APIPromise.finally(onFinally)': {
    requests: 1,
    hang: 'program',
    use: (callback, { mistral }) => mistral.models.list().finally(callback),
  },
  'AzureOptions.apiKey': {
    requests: 0,
    error: 'cause',
    good: () => 'key',
    garbage: keys,
    use: (apiKey, { options, signal }) =>
      new Mistral(
        azure({ ...options, endpoint: 'https://a.test', apiKey, fetch: async () => Response.json({}) }),
      ).chat.complete(params, { signal }),
  },
  'BatchClient.batch.jobs.cancel': {
    requests: 0,
    // The first failure is the one that is told.
    error: 'nowhere',
    // It is given ten seconds.
    hang: 'program',
    use: (cancel, around) =>
      batch(around, {
        jobs: { cancel, get: raise },
        options: { cancelOnAbort: true },
      }).catch((error: Error) => {
        if (error.message !== notMine) throw error;
      }),
  },
  'BatchClient.batch.jobs.create': {
    requests: 0,
    hang: 'signal',
    good: () => jobs,
    garbage: noJob,
    use: (create, around) => batch(around, { jobs: { create } }),
  },
  'BatchClient.batch.jobs.get': {
    requests: 0,
    hang: 'signal',
    good: () => ended,
    garbage: noJob,
    use: (get, around) => batch(around, { jobs: { get } }),
  },
  'BatchClient.files.download': {
    requests: 0,
    // A file that breaks off is downloaded again.
    isRetried: true,
    hang: 'signal',
    good: () => new Response(line),
    garbage: { values: [undefined, null, 42, {}], says: /Response/ },
    use: (download, around) => batch(around, { files: { download } }),
  },
  'BatchClient.files.upload': {
    requests: 0,
    hang: 'signal',
    good: () => ({ id: 'file' }),
    garbage: { values: [undefined, null, 42, {}], says: /file|upload/ },
    use: (callback, around) => batch(around, { files: { upload: callback }, options: { maxInlineBytes: 0 } }),
  },
  'BatchOptions.onProgress': {
    requests: 0,
    promise: 'late',
    hang: 'signal',
    use: (onProgress, around) => batch(around, { options: { onProgress } }),
  },
  'BatchOptions.onState': {
    requests: 0,
    hang: 'signal',
    use: (onState, around) => batch(around, { options: { onState } }),
  },
  'CassetteOptions.fetch': {
    ...fetched,
    requests: 0,
    good: () => Response.json({ object: 'list', data: [] }),
    use: (fetch, { options, signal }) =>
      new Mistral({
        ...options,
        fetch: createCassette(undefined, { mode: 'record', fetch }).fetch,
      }).models.list({}, { signal }),
  },
  'CassetteOptions.scrub': {
    requests: 0,
    error: 'cause',
    promise: 'refused',
    good: (text: string) => text,
    garbage: { values: [undefined, null, 42, {}], says: /scrub/ },
    use: async (scrub, { options }) => {
      const cassette = createCassette(undefined, { mode: 'record', fetch: options.fetch as never, scrub });
      await new Mistral({ ...options, fetch: cassette.fetch }).models.list();
      return cassette.finish();
    },
  },
  'ClientToken.clientToken': {
    requests: 0,
    error: 'cause',
    good: () => 'rt_token',
    garbage: keys,
    use: (clientToken, { mock, signal }) =>
      transcribeStream({ clientToken }, silence(), {
        model: 'm',
        WebSocket: mock.WebSocket,
        signal,
        timeoutMs,
        maxRetries: 0,
      }).result(),
  },
  'CompactOptions.countTokens': {
    requests: 0,
    promise: 'refused',
    good: () => 1,
    garbage: { values: [undefined, null, 'text', NaN, -1], says: /`countTokens`/ },
    use: (countTokens) => compactMessages([...messages, ...messages], { maxTokens: 1, countTokens }),
  },
  'CompactOptions.summarize': {
    requests: 0,
    hang: 'program',
    good: () => 'They said hi',
    garbage: { values: [undefined, null, 42, {}], says: /`summarize`/ },
    use: (summarize) => compactMessages([...messages, ...messages], { maxTokens: 1, summarize }),
  },
  'CompletionClient.complete': {
    requests: 0,
    good: () => ({
      choices: [{ index: 0, message: { role: 'assistant', content: 'A' }, finish_reason: 'stop' }],
    }),
    garbage: { values: [undefined, null, 42, {}], says: /completion/ },
    use: (complete, { signal }) =>
      untilTimeout(runTools({ complete }, params, { tools: [look(() => 'A')], timeoutMs, signal })),
  },
  'CompletionStreamClient.stream': {
    requests: 0,
    // What is thrown at once is as good as what comes when it is read.
    good: () => CompletionStream.fromReadableStream(streamOf(reply)),
    promise: 'refused',
    use: (stream, { signal }) =>
      streamTools({ stream }, params, { tools: [look(() => 'A')], timeoutMs, signal }),
  },
  'CompletionHandlers.finish': handler('chat', 'finish'),
  'CompletionHandlers.text': handler('chat', 'text'),
  'CompletionHandlers.thinking': handler('chat', 'thinking'),
  'CompletionHandlers.toolCall': handler('chat', 'toolCall'),
  'CompletionHandlers.toolCallDelta': handler('chat', 'toolCallDelta'),
  'CompletionHandlers.usage': handler('chat', 'usage'),
  'ConversationClient.append': {
    requests: 0,
    good: () => said,
    garbage: { values: [undefined, null, 42, {}], says: /outputs|response/i },
    use: (append, around) => talk({ start: async () => output(functionCall), append }, around),
  },
  'ConversationClient.start': {
    requests: 0,
    good: () => said,
    garbage: { values: [undefined, null, 42, {}], says: /outputs|response/i },
    use: (start, around) => talk({ start, append: async () => said }, around),
  },
  'ConversationHandlers.handoff': handler('conversation', 'handoff'),
  'ConversationHandlers.text': handler('conversation', 'text'),
  'ConversationHandlers.thinking': handler('conversation', 'thinking'),
  'ConversationHandlers.toolCall': handler('conversation', 'toolCall'),
  'ConversationHandlers.toolCallDelta': handler('conversation', 'toolCallDelta'),
  'ConversationHandlers.toolExecution': handler('conversation', 'toolExecution'),
  'ConversationHandlers.usage': handler('conversation', 'usage'),
  'ConversationRunOptions.onConfirm': {
    requests: 0,
    good: () => 'allow',
    garbage: { values: [undefined, null, true, {}, Symbol('x')], says: /`onConfirm`/ },
    use: (onConfirm, around) =>
      talk(conversationsWith(output({ ...functionCall, confirmation_status: 'pending' })), around, {
        onConfirm,
      }),
  },
  'ConversationRunOptions.onHandoff': {
    requests: 0,
    good: () => 'Go on',
    garbage: { values: [null, 42, true, {}, () => 'x'], says: /`onHandoff`/ },
    use: (onHandoff, around) =>
      talk(conversationsWith(output(handoff)), around, { onHandoff }, { handoff_execution: 'client' }),
  },
  'ConversationStreamClient.appendStream': {
    requests: 0,
    good: () => sourceOf(once({ type: 'conversation.response.done', usage: tokens }) as never),
    promise: 'refused',
    use: (appendStream, { signal }) =>
      streamTools(
        {
          appendStream,
          startStream: () => raise(),
        },
        { inputs: 'Hi', conversation_id: 'conv' },
        { tools: [look(() => 'A')], timeoutMs, signal },
      ),
  },
  'ConversationStreamClient.startStream': {
    requests: 0,
    good: () => sourceOf(once({ type: 'conversation.response.done', usage: tokens }) as never),
    promise: 'refused',
    use: (startStream, { signal }) =>
      streamTools(
        { startStream, appendStream: () => raise() },
        { inputs: 'Hi', model: 'm' },
        { tools: [look(() => 'A')], timeoutMs, signal },
      ),
  },
  'DecodeJsonlOptions.onBadLine': {
    requests: 0,
    hang: 'program',
    use: (onBadLine) => iterate(decodeJsonl('{}\n{\n{}\n', { onBadLine })),
  },
  'Embeddings.create': {
    requests: 0,
    hang: 'signal',
    good: () => ({ model: 'm', usage: tokens, data: [{ index: 0, embedding: [1] }] }),
    garbage: { values: [undefined, null, 42, {}], says: /embedding/ },
    use: (create, { signal }) => embedAll({ create }, { model: 'm', inputs: ['a'] }, { signal }),
  },
  'EndHandlers.end': handler('chat', 'end'),
  'EndHandlers.error': {
    ...handler('chat', 'error'),
    use: (callback, { mock, mistral }) => {
      mock.on('chat.stream', Response.json({ message: 'No' }, { status: 400 }));
      const stream = mistral.chat.stream(params).on('error', callback);
      return iterate(stream).catch((error: { status?: number } | undefined) => {
        if (error?.status !== 400) throw error;
      });
    },
    promise: 'ignored',
    hang: 'ignored',
  },
  'GoogleVertexOptions.accessToken': {
    requests: 0,
    error: 'cause',
    good: () => 'key',
    garbage: keys,
    use: (accessToken, { options, signal }) =>
      new Mistral(
        googleVertex({ ...options, project: 'p', accessToken, fetch: async () => Response.json({}) }),
      ).chat.complete(params, { signal }),
  },
  'LibraryDocuments.get': {
    requests: 0,
    good: () => document,
    garbage: { values: [undefined, null, 42, {}], says: /status/ },
    use: (get, around) => added(around, { get }),
  },
  'LibraryDocuments.upload': {
    requests: 0,
    promise: 'refused',
    good: () => ({ withResponse: async () => ({ data: document, response: { status: 201 } }) }),
    use: (callback, around) => added(around, { upload: callback }),
  },
  'LibraryDocuments.upload.withResponse': {
    requests: 0,
    hang: 'signal',
    good: async () => ({ data: document, response: { status: 201 } }),
    garbage: { values: [undefined, null, 42, {}], says: /document/ },
    use: (withResponse, around) => added(around, { upload: () => ({ withResponse }) }),
  },
  'LiveOptions.WebSocket': {
    requests: 0,
    error: 'cause',
    promise: 'refused',
    use(callback, around) {
      const WebSocket = function (...values: ConstructorParameters<typeof around.mock.WebSocket>) {
        return callback(...values) ?? new around.mock.WebSocket(...values);
      };
      return listen(around, silence(), { WebSocket });
    },
    garbage: { values: [{}, []], says: /WebSocket/ },
  },
  'LiveOptions.headers': {
    requests: 0,
    promise: 'language',
    good: once(['x-team', 'a']),
    garbage: noItem,
    use: (next, around) => listen(around, silence(), { headers: { [Symbol.iterator]: () => ({ next }) } }),
  },
  'Logger.debug': logged('debug'),
  'Logger.info': logged('info'),
  'Logger.warn': logged('warn'),
  'McpClient.callTool': {
    requests: 0,
    good: () => ({ content: [] }),
    garbage: {
      values: [42, null, undefined, 'text', []],
      says: /callTool\(\) of the MCP client must return/,
    },
    use: (mcpCall, around) => callMcpTool(around, { callTool: mcpCall }),
  },
  'McpClient.listTools': {
    requests: 0,
    good: () => ({ tools: [{ name: 'look', inputSchema: {} }] }),
    garbage: { values: [42, null, undefined, {}, []], says: /listTools\(\) of the MCP client must return/ },
    use: (listTools, around) => callMcpTool(around, { listTools }),
  },
  'McpToolsOptions.needsApproval': {
    requests: 0,
    hang: 'program',
    use: (needsApproval, around) => callMcpTool(around, {}, { needsApproval }),
  },
  'MarkdownOptions.images': {
    requests: 0,
    promise: 'refused',
    good: () => 'a.jpeg',
    garbage: { values: [undefined, null, 42, {}], says: /`images`/ },
    use: (images) => markdown({ pages } as never, { images }),
  },
  'MockBatchesOptions.respond': {
    requests: 0,
    // It stands for the network.
    error: 'cause',
    calls: 3,
    isRetried: true,
    promise: 'refused',
    use: (respond, { options, signal }) => {
      const client = new Mistral({ ...options, fetch: createMockMistral(mockBatches({ respond })).fetch });
      return iterate(
        runBatch(client, [{ input: 'a' }], {
          endpoint: '/v1/embeddings',
          model: 'mistral-embed',
          polling,
          signal,
        }),
      );
    },
  },
  'MockMistral.on(response)': {
    requests: 3,
    // It stands for the network.
    error: 'cause',
    calls: 3,
    isRetried: true,
    use: (answer, { mock, mistral, signal }) => {
      mock.on('chat.complete', answer);
      return mistral.chat.complete(params, { signal });
    },
  },
  'MockOptions.sleep': {
    requests: 0,
    // A body that fails while it is sent is the network's failure.
    error: 'cause',
    calls: 3,
    isRetried: true,
    use: (sleep, { options, signal }) =>
      iterate(
        new Mistral({
          ...options,
          fetch: createMockMistral({}, { eventDelayMs: 1, sleep }).fetch,
        }).chat.stream(params, {
          signal,
          firstEventTimeoutMs: timeoutMs,
        }),
      ),
  },
  'NamedFile.content': {
    requests: 0,
    error: 'cause',
    use: (callback, around) =>
      upload(callback, (content) => ({ name: 'a.jsonl', content }))(callback, around),
    good: large(),
  },
  'Observation.responded': observed('responded'),
  'Observation.ended': observed('ended'),
  'Observation.run': observed('run', (send) => send()),
  'OcrClient.files.delete': {
    requests: 0,
    error: 'nowhere',
    hang: 'program',
    use: (callback, around) => read(around, { files: { delete: callback } }),
  },
  'OcrClient.files.upload': {
    requests: 0,
    hang: 'signal',
    good: () => ({ id: 'file' }),
    garbage: { values: [undefined, null, 42, {}], says: /file/ },
    use: (callback, around) => read(around, { files: { upload: callback } }),
  },
  'OcrClient.ocr.process': {
    requests: 0,
    hang: 'signal',
    good: () => ({ pages, usage_info: {} }),
    garbage: { values: [undefined, null, 42, {}], says: /pages/ },
    use: (process, around) => read(around, { ocr: { process } }),
  },
  'OfficialFile.content': {
    requests: 0,
    error: 'cause',
    use: (callback, around) =>
      upload(callback, (content) => ({ fileName: 'a.jsonl', content }))(callback, around),
    good: large(),
  },
  'RequestOptions.headers': {
    requests: 0,
    promise: 'language',
    good: once(['x-team', 'a']),
    garbage: noItem,
    use: (next, { mistral }) =>
      mistral.chat.complete(params, { headers: { [Symbol.iterator]: () => ({ next }) } as never }),
  },
  'RequestOptions.onEvent': {
    requests: 1,
    promise: 'late',
    use: (onEvent, around) => iterate(around.mistral.chat.stream(params, { ...limits(around), onEvent })),
  },
  'RequestOptions.onProgress': {
    requests: 1,
    use: (onProgress, { mistral, signal }) =>
      mistral.files.upload(
        { purpose: 'batch', file: { name: 'a.jsonl', content: 'a' } },
        { signal, timeoutMs, onProgress },
      ),
  },
  'RunStream.catch(onFailure)': {
    requests: 0,
    hang: 'program',
    use: (onFailure, around) =>
      streamTools({ stream: () => raise() }, params, {
        tools: [look(() => 'A')],
        signal: around.signal,
      }).catch(onFailure),
  },
  'RunStream.finally(onEnd)': {
    requests: 1,
    hang: 'program',
    use: (onEnd, { mistral }) =>
      streamTools(mistral.chat, params, { tools: [look(() => 'A')] }).finally(onEnd),
  },
  'RunStream.then(onFailure)': {
    requests: 0,
    hang: 'program',
    use: (callback, around) =>
      streamTools({ stream: () => raise() }, params, {
        tools: [look(() => 'A')],
        signal: around.signal,
      }).then(undefined, callback),
  },
  'RunStream.then(onResult)': {
    requests: 1,
    hang: 'program',
    use: (onResult, { mistral }) =>
      streamTools(mistral.chat, params, { tools: [look(() => 'A')] }).then(onResult),
  },
  'RunToolsOptions.onApproval': {
    requests: 1,
    good: () => 'allow',
    garbage: { values: [undefined, null, true, {}, 'yes', Symbol('x')], says: /`onApproval`/ },
    use: (onApproval, around) =>
      run(around, { onApproval, tools: [look(() => 'A')].map(withApproval(true)) }),
  },
  'RunToolsOptions.prepareRound': {
    requests: 0,
    good: () => ({ temperature: 0 }),
    garbage: { values: [null, 42, 'text', true], says: /`prepareRound`/ },
    use: (prepareRound, around) => run(around, { prepareRound }),
  },
  'RunToolsOptions.onStep': {
    requests: 1,
    use: (onStep, around) => run(around, { onStep }),
  },
  'RunToolsOptions.stopWhen': {
    requests: 1,
    use: (stopWhen, around) => run(around, { stopWhen }),
  },
  'RunnableTool.needsApproval': {
    requests: 1,
    good: () => false,
    garbage: { values: [undefined, null, 'yes', 1], says: /`needsApproval`/ },
    use: (needsApproval, around) =>
      run(around, { tools: [look(() => 'A')].map(withApproval(needsApproval)) }),
  },
  'RunnableTool.execute': {
    requests: 1,
    error: 'cause',
    use: (execute, around) => run(around, { tools: [{ ...look(() => 'A'), parameters: {}, execute }] }),
  },
  'SummaryModel.client.complete': {
    requests: 0,
    hang: 'program',
    good: () => ({ choices: [{ index: 0, message: { role: 'assistant', content: 'A' } }] }),
    garbage: { values: [undefined, null, 42, {}], says: /summary/ },
    use: (complete) =>
      compactMessages([...messages, ...messages], {
        maxTokens: 1,
        summarize: { client: { complete }, model: 'm' },
      }),
  },
  'StandardSchema.~standard.jsonSchema.input': {
    requests: 0,
    error: 'cause',
    promise: 'refused',
    good: () => ({ type: 'object', properties: {} }),
    garbage: { values: [undefined, null, 42, 'text'], says: /JSON Schema/ },
    use: (input, around) =>
      parsed(
        schemaOf((value: unknown) => ({ value }), input),
        around,
      ),
  },
  'StandardSchema.~standard.validate': {
    requests: 1,
    error: 'cause',
    hang: 'signal',
    good: () => ({ value: 1 }),
    garbage: { values: [undefined, null], says: /The check of mine must return/ },
    use: (validate, around) => parsed(schemaOf(validate), around),
  },
  'Stream.fromReadableStream(readable)': {
    requests: 0,
    error: 'cause',
    hang: 'program',
    good: once(new TextEncoder().encode(reply)),
    use: (readChunk) =>
      iterate(
        CompletionStream.fromReadableStream({
          locked: false,
          getReader: () => ({ read: readChunk, cancel: async () => undefined }),
        } as never),
      ),
  },
  'StreamedBody.open': {
    requests: 0,
    good: () => streamOf(JSON.stringify(params)),
    promise: 'refused',
    use: (open, { options }) =>
      new Mistral({
        ...options,
        middleware: [
          (request, next) =>
            next({
              ...request,
              body: { contentType: 'application/json', byteLength: undefined, replayable: true, open },
            }),
        ],
      }).chat.complete(params),
  },
  'TelemetryOptions.redact': {
    requests: 1,
    error: 'nowhere',
    hang: 'ignored',
    use: (redact, { options }) =>
      new Mistral({
        ...options,
        observer: openTelemetry({ redact, captureContent: true }),
      }).chat.complete(params),
  },
  'StudioOptions.redact': {
    requests: 0,
    error: 'nowhere',
    hang: 'ignored',
    use: async (redact) => {
      const studio = studioTelemetry({
        apiKey: 'test-key-0123456789',
        redact,
        logLevel: 'off',
        fetch: async () => Response.json({}),
      });
      await studio.trace('a', async () => undefined);
      await studio.shutdown();
    },
  },
  'StudioTelemetry.trace(run)': {
    requests: 0,
    hang: 'program',
    use: async (traced) => {
      const studio = studioTelemetry({
        apiKey: 'key',
        logLevel: 'off',
        fetch: async () => Response.json({}),
      });
      try {
        return await studio.trace('a', traced);
      } finally {
        await studio.shutdown();
      }
    },
  },
  'ToolContext.reportProgress': {
    requests: 0,
    hang: 'program',
    use: (reportProgress, { signal }) =>
      tool({ ...lookDefinition, execute: (_, context) => context.reportProgress(1) }).execute(
        {},
        { signal, callId: 'aaaaaaaaa', round: 1, reportProgress },
      ),
  },
  'ToolDefinition.needsApproval': {
    requests: 1,
    good: () => false,
    garbage: { values: [undefined, null, 'yes', 1], says: /`needsApproval`/ },
    use: (needsApproval, around) =>
      run(around, {
        tools: [tool({ ...lookDefinition, needsApproval, execute: () => 'A' })],
      }),
  },
  'ToolDefinition.execute': {
    requests: 1,
    error: 'cause',
    use: (execute, around) => run(around, { tools: [look(execute)] }),
  },
  'TranscriptionHandlers.language': handler('transcription', 'language'),
  'TranscriptionHandlers.segment': handler('transcription', 'segment'),
  'TranscriptionHandlers.text': handler('transcription', 'text'),
  'TranscriptionHandlers.usage': handler('transcription', 'usage'),
  'TransportOptions.adminApiKey': {
    requests: 0,
    error: 'cause',
    good: () => 'key',
    garbage: keys,
    use: (adminApiKey, { options, signal }) =>
      new Mistral({ ...options, adminApiKey }).request(
        { method: 'GET', path: '/v1/models', key: 'adminApiKey' },
        { signal },
      ),
  },
  'TransportOptions.apiKey': {
    requests: 0,
    error: 'cause',
    good: () => 'key',
    garbage: keys,
    use: (apiKey, { options, signal }) =>
      new Mistral({ ...options, apiKey }).chat.complete(params, { signal }),
  },
  'TransportOptions.fetch': {
    ...fetched,
    requests: 0,
    good: () => Response.json({}),
    use: (fetch, { options, signal }) => new Mistral({ ...options, fetch }).chat.complete(params, { signal }),
  },
  'TransportOptions.headers': {
    requests: 0,
    promise: 'language',
    good: once(['x-team', 'a']),
    garbage: noItem,
    use: (next, { options }) =>
      new Mistral({ ...options, headers: { [Symbol.iterator]: () => ({ next }) } as never }).chat.complete(
        params,
      ),
  },
  'TransportOptions.middleware': {
    requests: 0,
    // What `next` throws passes through it.
    isRetried: true,
    good: () => Response.json({}),
    garbage: { values: [undefined, null, 42, {}], says: /middleware/ },
    use: (middleware, { options, signal }) =>
      new Mistral({ ...options, middleware: [middleware] }).chat.complete(params, { signal }),
  },
  'TransportOptions.observer': {
    requests: 1,
    error: 'nowhere',
    hang: 'ignored',
    use: (observer, { options }) => new Mistral({ ...options, observer }).chat.complete(params),
  },
  'WaitOptions.onUpdate': {
    requests: 1,
    use: (onUpdate, { mistral, mock, signal }) => {
      mock.on('batch.jobs.get', (_, usual) => ({ ...usual, status: 'SUCCESS' }));
      return waitFor(
        mistral.batch.jobs,
        { job_id: '0b6aa2a8-6b6c-4a6e-8f5e-2d6c0f5a9c11' },
        { ...polling, timeoutMs, signal, onUpdate },
      );
    },
  },
  'WaitableResource.get': {
    requests: 0,
    good: () => ended,
    garbage: { values: [undefined, null, 42, {}], says: /status/ },
    use: (get, { signal }) => waitFor({ get }, { job_id: 'job' }, { ...polling, timeoutMs, signal }),
  },
  'Speech.then(onValue)': {
    requests: 1,
    hang: 'program',
    use: (onValue, { mistral }) => speak(mistral.audio.speech, { input: 'A' }).then(onValue),
  },
  'Speech.then(onError)': {
    requests: 0,
    hang: 'program',
    use: (onError) => silent().then(undefined, onError),
  },
  'Speech.catch(onError)': { requests: 0, hang: 'program', use: (onError) => silent().catch(onError) },
  'Speech.finally(onEnd)': {
    requests: 1,
    hang: 'program',
    use: (onEnd, { mistral }) => speak(mistral.audio.speech, { input: 'A' }).finally(onEnd),
  },
  'SpeechClient.complete': {
    requests: 0,
    hang: 'signal',
    good: () => ({ audio_data: 'AAAA' }),
    garbage: { values: [undefined, null, 42, {}], says: /audio_data/ },
    use: (complete, { signal }) =>
      speak({ complete, stream: () => raise() }, { input: 'A' }, { signal }).bytes(),
  },
  'SpeechClient.stream': {
    requests: 0,
    good: spoken,
    promise: 'refused',
    use: (stream, { signal }) => speak({ complete: () => raise(), stream }, { input: 'A' }, { signal }),
  },
  'WaitableExecutions.getWorkflowExecution': {
    requests: 0,
    good: () => workflowExecution,
    garbage: { values: [undefined, 42, {}], says: /status/ },
    use: (getWorkflowExecution, { signal }) =>
      waitFor({ getWorkflowExecution }, { execution_id: 'e' }, { ...polling, timeoutMs, signal }),
  },
  'WorkflowRun.then(onValue)': {
    requests: 0,
    hang: 'program',
    use: (onValue, around) => runOf(around, {}).then(onValue),
  },
  'WorkflowRun.then(onError)': {
    requests: 0,
    hang: 'program',
    use: (onError, around) => runOf(around, { executeWorkflow: raise }).then(undefined, onError),
  },
  'WorkflowRun.catch(onError)': {
    requests: 0,
    hang: 'program',
    use: (onError, around) => runOf(around, { executeWorkflow: raise }).catch(onError),
  },
  'WorkflowRun.finally(onEnd)': {
    requests: 0,
    hang: 'program',
    use: (onEnd, around) => runOf(around, {}).finally(onEnd),
  },
  'WorkflowRunOptions.onAuthorization': {
    requests: 0,
    use: (onAuthorization, around) => runOf(around, {}, { onAuthorization }),
  },
  'WorkflowsClient.events.getStreamEvents': {
    requests: 0,
    good: workflowEvents,
    promise: 'refused',
    use: (getStreamEvents, around) => runOf(around, { events: { getStreamEvents } }),
  },
  'WorkflowsClient.executeWorkflow': {
    requests: 0,
    good: () => workflowExecution,
    garbage: { values: [undefined, null, 42, {}], says: /execution_id/ },
    use: (executeIt, around) => runOf(around, { executeWorkflow: executeIt }),
  },
  'WorkflowsClient.executions.getWorkflowExecution': {
    requests: 0,
    good: () => workflowExecution,
    garbage: { values: [undefined, 42, {}], says: /status/ },
    use: (getWorkflowExecution, around) => runOf(around, { executions: { getWorkflowExecution } }),
  },
  'WorkflowsClient.executions.signalWorkflowExecution': {
    requests: 0,
    hang: 'program',
    use: (callback, around) =>
      runOf(around, { executions: { signalWorkflowExecution: callback } }).signal('a'),
  },
  'WorkflowsClient.executions.queryWorkflowExecution': {
    requests: 0,
    hang: 'program',
    good: () => ({ result: 1 }),
    use: (callback, around) => runOf(around, { executions: { queryWorkflowExecution: callback } }).query('a'),
  },
  'WorkflowsClient.executions.updateWorkflowExecution': {
    requests: 0,
    hang: 'program',
    good: () => ({ result: 1 }),
    use: (callback, around) =>
      runOf(around, { executions: { updateWorkflowExecution: callback } }).update('a'),
  },
  'WorkflowsClient.executions.cancelWorkflowExecution': {
    requests: 0,
    hang: 'program',
    use: (callback, around) => runOf(around, { executions: { cancelWorkflowExecution: callback } }).cancel(),
  },
  'WorkflowsClient.executions.terminateWorkflowExecution': {
    requests: 0,
    hang: 'program',
    use: (callback, around) =>
      runOf(around, { executions: { terminateWorkflowExecution: callback } }).terminate(),
  },
  'decodeJsonl(source)': {
    requests: 0,
    hang: 'program',
    good: once('{}\n'),
    use: (next) => iterate(decodeJsonl(sourceOf(next))),
  },
  'mapConcurrent(fn)': {
    requests: 0,
    hang: 'signal',
    use: (fn, { signal }) => mapConcurrent([1], fn, { signal }),
  },
  'mapConcurrent(items)': {
    requests: 0,
    hang: 'signal',
    good: once(1),
    garbage: noItem,
    use: (next, { signal }) => mapConcurrent(sourceOf(next), () => 1, { signal }),
  },
  'runBatch(inputs)': {
    requests: 0,
    hang: 'signal',
    good: once({ input: 'a' }),
    garbage: noItem,
    use: (next, around) =>
      batch(around, { inputs: sourceOf(next), options: { toRequest: (input: unknown) => input } }),
  },
  'runBatch(options).toRequest': {
    requests: 0,
    promise: 'refused',
    good: () => ({ input: 'a' }),
    garbage: { values: [undefined, null, 42, 'text'], says: /Request 0/ },
    use: (toRequest, around) => batch(around, { options: { toRequest } }),
  },
  'runBatch(requests)': {
    requests: 0,
    hang: 'signal',
    good: once({ input: 'a' }),
    garbage: noItem,
    use: (next, around) => batch(around, { inputs: sourceOf(next) }),
  },
  'traceTool(tool).execute': {
    requests: 0,
    hang: 'program',
    use: (execute) => traceTool({ name: 'look', execute }).execute(),
  },
  'audioFromWav(wav)': {
    requests: 0,
    hang: 'program',
    good: once(wav),
    garbage: noItem,
    use: async (next) => iterate((await audioFromWav(sourceOf(next))).audio),
  },
  'transcribeStream(audio)': {
    requests: 0,
    hang: 'limits',
    good: once(new Uint8Array(640)),
    garbage: noItem,
    use: (next, around) => listen(around, sourceOf(next)),
  },
};

/** Members of what the package itself makes, which people call and do not write; and what is there for tests of the package. */
export const notPassed: readonly string[] = [
  'Clock.after',
  'Clock.now',
  // Offered for the sake of loggers that have it; the package has no use for it.
  'Logger.error',
  'MockMistral.WebSocket',
  'MockMistral.assertAllUsed',
  'MockMistral.callsTo',
  'MockMistral.fetch',
  'MockMistral.on',
  'MockMistral.reset',
  'Observation.run(send)',
  'ObservedResponse.scrub',
  'ObservedCall.setHeader',
  'Reader.onCancel',
  // Never called: what a model writes is described by `input`.
  'StandardSchema.~standard.jsonSchema.output',
  'TransportOptions.middleware(next)',
  'Turn.resolve',
  'Turn.sleep',
  'Turn.toResponse',
];
