import type {
  AssistantMessage,
  ChatCompletionRequest,
  ChatCompletionResponse,
  CompletionChunk,
  ToolCall,
  ToolMessage,
  UsageInfo,
} from '../../generated/types.gen.js';
import { textOf } from '../content/text-of.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import type { RequestOptions } from '../resources/method.js';
import { unfinishedBy, type Unfinished } from '../messages/finish.js';
import { isEmptyContent } from '../messages/is-empty-content.js';
import { lintHistory } from '../messages/lint-history.js';
import { normalizeToolCalls, type ToolCallPart } from '../messages/normalize-tool-call.js';
import { promptCacheKeyOf } from '../messages/prompt-cache-key.js';
import { requestCall, requestCallId, requestMessage } from '../messages/request-message.js';
import { isWhole, textOfArguments } from '../messages/tool-call-arguments.js';
import { makeToolCallId } from '../messages/tool-call-id.js';
import { CompletionAssembly } from '../streaming/completion-assembly.js';
import type { ToolCallRequest, ToolCallResult } from './tool-call.js';
import { streamedReply, unstreamedReply, type PendingReply } from './pending-reply.js';
import type { PreparedRequest, RunAdapter, RunProgress } from './run-adapter.js';
import type { SavedAdapter } from './pending-run.js';
import { describeTools, type RunnableTool } from './tool.js';

type Message = ChatCompletionRequest['messages'][number];

/** The state of a run over completions: its messages and steps so far. */
export interface CompletionProgress extends RunProgress<ChatCompletionResponse, UsageInfo> {
  /**
   * The last message of the model, with the fields that a request may have; `undefined` before the first reply. The other
   * fields are in the `response` of the last step.
   */
  readonly message: AssistantMessage | undefined;
  /**
   * The messages that were passed in, and all that followed: ready for the next request. Every tool call has its result, even
   * if the run ended early. A reply without content is left out, since the API refuses it in a history, and so is a reply
   * that was cut off or failed.
   */
  readonly messages: Message[];
}

/** The fields of the parameters that matter here; the others are sent unchanged. */
interface CompletionRequest {
  readonly messages: readonly Message[];
  readonly n?: number | null;
  readonly tool_choice?: ChatCompletionRequest['tool_choice'];
  readonly prompt_cache_key?: string | null;
}

/** The options of a run that matter here. */
interface CompletionSettings {
  readonly tools: ReadonlyMap<string, RunnableTool>;
  readonly promptCacheKey?: string | false | undefined;
  readonly request?: RequestOptions | undefined;
}

/** Sends one request, with or without streaming. */
export type SendCompletion = (
  params: object,
  options: RequestOptions,
) => PendingReply<CompletionChunk, ChatCompletionResponse>;

/** Runs tools over `chat` or `agents`: each request contains the complete history. */
export class CompletionAdapter implements RunAdapter<
  ChatCompletionResponse,
  CompletionChunk,
  CompletionProgress,
  never
> {
  readonly api = 'completions';
  readonly #send: SendCompletion;
  readonly #request: RequestOptions;
  /** Of every request. */
  #params: Omit<CompletionRequest, 'messages'>;
  #messages: readonly Message[];
  #message: AssistantMessage | undefined;
  #endedBy: 'reply' | Unfinished | undefined;
  /** How many calls are complete in the reply that is being streamed. */
  #completedCount = 0;
  /** The name and arguments of each call, by its id. */
  #callsById = new Map<string, string>();
  readonly #tools: readonly object[];

  constructor(
    send: SendCompletion,
    params: CompletionRequest,
    { tools, promptCacheKey, request = {} }: CompletionSettings,
  ) {
    checkParams(params);
    this.#send = send;
    this.#request = request;
    const { messages, ...others } = params;
    this.#messages = [...messages];
    this.#tools = describeTools(tools);
    const key = cacheKeyOf(params, promptCacheKey, this.#tools);
    this.#params = key === undefined ? others : { ...others, prompt_cache_key: key };
  }

  request(
    signal: AbortSignal,
    prepared?: PreparedRequest,
  ): PendingReply<CompletionChunk, ChatCompletionResponse> {
    this.#completedCount = 0;
    const tools = prepared?.tools ? describeTools(prepared.tools) : this.#tools;
    const { messages = this.#messages, ...params } = (prepared?.params ?? {}) as Partial<CompletionRequest>;
    checkChoices(params);
    // Those of the run are known to be good.
    if (messages !== this.#messages) checkMessages(messages);
    // What does not change between rounds comes first, and in the same order: caches of prompts compare beginnings.
    return this.#send(
      { ...this.#params, ...params, ...(tools.length > 0 ? { tools } : {}), messages },
      { ...this.#request, signal },
    );
  }

  completedCalls(chunk: CompletionChunk, partial: () => ChatCompletionResponse | undefined) {
    // A delta of text completes no call, and `partial()` would assemble the reply for each.
    if (textOf(chunk) !== '') return [];
    const { message, finish_reason: reason } = partial()?.choices[0] ?? {};
    if (unfinishedBy(reason)) return [];
    const parts = normalizeToolCalls(message?.tool_calls);
    const count = reason ? parts.length : parts.length - 1;
    if (count <= this.#completedCount) return [];
    this.#completedCount = count;
    return this.#withIds(parts.slice(0, count), new Map(this.#callsById))
      .filter((call) => reason || isWhole(call.function.arguments))
      .map(toRequest);
  }

  receive(response: ChatCompletionResponse) {
    const choice = response?.choices?.[0];
    if (!isRecord(choice?.message)) throw new MistralError('The completion has no message');
    const parts = normalizeToolCalls(choice.message.tool_calls);
    const unfinished = unfinishedBy(choice.finish_reason);
    const calls = this.#withIds(parts, this.#callsById);
    this.#message = requestMessage(choice.message, calls);
    this.#endedBy = unfinished ?? (calls.length === 0 ? 'reply' : undefined);
    if (this.#endedBy === 'reply' && !isEmptyContent(this.#message.content))
      this.#messages = [...this.#messages, this.#message];
    return { response, calls: unfinished ? undefined : calls.map(toRequest) };
  }

  addResults(results: readonly ToolCallResult[]): void {
    if (results.length === 0) return;
    const toolMessages = results.map(({ id, name, content, chunks }): ToolMessage => ({
      role: 'tool',
      tool_call_id: id,
      name,
      content: chunks ?? content,
    }));
    this.#messages = [...this.#messages, this.#message!, ...toolMessages];
    // Only the first reply must call a tool: if every reply had to, the run could never end with one that does not.
    const { tool_choice: choice } = this.#params;
    if (choice !== undefined && choice !== 'none') this.#params = { ...this.#params, tool_choice: 'auto' };
  }

  endedBy(): 'reply' | Unfinished | undefined {
    return this.#endedBy;
  }

  pendingCalls(): readonly ToolCallRequest[] {
    return [];
  }

  async prepareNext(): Promise<undefined> {}

  save(): SavedAdapter {
    return { params: this.#params, messages: this.#messages, callsById: [...this.#callsById] };
  }

  restore({ params, messages, callsById }: SavedAdapter): void {
    this.#params = params as Omit<CompletionRequest, 'messages'>;
    this.#messages = messages as readonly Message[];
    this.#callsById = new Map(callsById as readonly [string, string][]);
  }

  progress(common: RunProgress<ChatCompletionResponse, unknown>): CompletionProgress {
    return {
      message: this.#message,
      messages: [...this.#messages],
      // Its usage is the sum of the usage of these responses.
      ...(common as RunProgress<ChatCompletionResponse, UsageInfo>),
    };
  }

  /** Give each call a unique id that the API accepts. A call that is repeated in the reply is dropped. */
  #withIds(parts: readonly ToolCallPart[], callsById: Map<string, string>): ToolCall[] {
    const calls: ToolCall[] = [];
    for (const [place, part] of parts.entries()) {
      const content = JSON.stringify([part.name, part.arguments]);
      const given = requestCallId(part.id);
      const before = given === undefined ? undefined : callsById.get(given);
      const isSame = before === content;
      if (isSame && calls.some(({ id }) => id === given)) continue;
      const seed = `${this.#messages.length}.${place}.${part.name}`;
      const id =
        given !== undefined && (before === undefined || isSame) ? given : makeToolCallId(seed, callsById);
      callsById.set(id, content);
      calls.push(requestCall(part, id));
    }
    return calls;
  }
}

function checkParams(params: CompletionRequest): void {
  if (!isRecord(params)) throw new ArgumentError('The parameters must be an object with `messages`');
  if ('tools' in params && params.tools !== undefined)
    throw new ArgumentError(
      '`tools` is an option of the run, not a parameter: pass tools created with tool() in the third argument',
    );
  checkChoices(params);
  checkMessages(params.messages);
}

function checkChoices({ n }: Partial<CompletionRequest>): void {
  if ((n ?? 1) !== 1)
    throw new ArgumentError('A run continues with one choice; remove `n` from the parameters');
}

function checkMessages(messages: readonly Message[]): void {
  // Whether to refuse a field that this version does not know is the decision of the server, which may have got it since.
  const problems = lintHistory(messages);
  if (problems.length === 0) return;
  const lines = problems.map(({ index, problem, fix }) => `messages[${index}]: ${problem}. ${fix}.`);
  throw new ArgumentError(`The API would refuse these messages:\n${lines.join('\n')}`);
}

/**
 * The key for the cache of prompts: the same for all requests that begin alike, which are those of one run, and of the runs that
 * continue its history. `undefined` where none is to be added.
 */
function cacheKeyOf(
  params: CompletionRequest,
  key: string | false | undefined,
  tools: readonly object[],
): string | undefined {
  const isGiven = (params.prompt_cache_key ?? undefined) !== undefined;
  if (isGiven && key)
    throw new ArgumentError('`promptCacheKey` and the parameter `prompt_cache_key` are the same; pass one');
  return key === false || isGiven ? undefined : (key ?? promptCacheKeyOf(params, tools));
}

const toRequest = ({ id, function: { name, arguments: given } }: ToolCall): ToolCallRequest => ({
  // Each call was given one by `#withIds`.
  id: id!,
  name,
  arguments: textOfArguments(given),
});

/** Requests without streaming. */
export const unstreamedCompletion =
  (
    complete: (params: never, options: RequestOptions) => PromiseLike<ChatCompletionResponse>,
  ): SendCompletion =>
  (params, options) =>
    unstreamedReply(() => complete(params as never, options));

/** Requests with streaming; the chunks are assembled to a reply. */
export const streamedCompletion =
  (stream: (params: never, options: RequestOptions) => AsyncIterable<CompletionChunk>): SendCompletion =>
  (params, options) =>
    streamedReply(new CompletionAssembly(), () => stream(params as never, options));
