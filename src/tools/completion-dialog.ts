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
import { lintMessages } from '../messages/lint-messages.js';
import { normalizeToolCalls, type ToolCallPart } from '../messages/normalize-tool-call.js';
import { requestCall, requestCallId, requestMessage } from '../messages/request-message.js';
import { isWhole, textOfArguments } from '../messages/tool-call-arguments.js';
import { makeToolCallId } from '../messages/tool-call-id.js';
import { CompletionAssembly } from '../streaming/completion-assembly.js';
import type { Asked, Dialog, RunCore } from './dialog.js';
import type { ToolCallRequest, ToolCallResult } from './execute-call.js';
import { assembled, withoutEvents } from './asked.js';
import { describeTools, type RunnableTool } from './tool.js';

type Message = ChatCompletionRequest['messages'][number];

/** The state of a run: the messages so far, and its steps. */
export interface CompletionProgress extends RunCore<ChatCompletionResponse, UsageInfo> {
  /**
   * The last message of the model, as a request may have it; `undefined` before there is one. Everything else is in the
   * `response` of the last step.
   */
  readonly message: AssistantMessage | undefined;
  /**
   * Those that the run was given, and all that came since: ready to go on with. Every call in it has its result, also
   * where the run was cut short. A reply without any content is left out, since the API refuses it in a history, and so is
   * one that was cut or failed.
   */
  readonly messages: Message[];
}

/** What is sent; only these fields are of interest here. */
interface CompletionRequest {
  readonly messages: readonly Message[];
  readonly n?: number | null;
  readonly tool_choice?: ChatCompletionRequest['tool_choice'];
}

/** Sends one request, streamed or not. */
export type AskCompletion = (
  params: object,
  options: RequestOptions,
) => Asked<CompletionChunk, ChatCompletionResponse>;

/** Talks through `chat` or `agents`: the whole history is sent every time. */
export class CompletionDialog implements Dialog<
  ChatCompletionResponse,
  CompletionChunk,
  CompletionProgress,
  never
> {
  readonly #send: AskCompletion;
  readonly #request: RequestOptions;
  #params: CompletionRequest & { readonly tools?: readonly object[] };
  #messages: readonly Message[];
  #message: AssistantMessage | undefined;
  #endedBy: 'reply' | Unfinished | undefined;
  /** How many calls of the reply that is being written are whole. */
  #wholeCount = 0;
  /** What was asked for under which id. */
  readonly #ids = new Map<string, string>();

  constructor(
    send: AskCompletion,
    params: CompletionRequest,
    tools: ReadonlyMap<string, RunnableTool>,
    request: RequestOptions = {},
  ) {
    refuse(params);
    this.#send = send;
    this.#request = request;
    this.#messages = [...params.messages];
    const described = describeTools(tools);
    this.#params = { ...params, ...(described.length > 0 ? { tools: described } : {}) };
  }

  ask(signal: AbortSignal): Asked<CompletionChunk, ChatCompletionResponse> {
    this.#wholeCount = 0;
    return this.#send({ ...this.#params, messages: this.#messages }, { ...this.#request, signal });
  }

  wholeCalls(chunk: CompletionChunk, reply: () => ChatCompletionResponse | undefined) {
    // Text makes no call whole, and would be put together for each chunk of it.
    if (textOf(chunk) !== '') return [];
    const { message, finish_reason: reason } = reply()?.choices[0] ?? {};
    if (unfinishedBy(reason)) return [];
    const parts = normalizeToolCalls(message?.tool_calls);
    const count = reason ? parts.length : parts.length - 1;
    if (count <= this.#wholeCount) return [];
    this.#wholeCount = count;
    return this.#withIds(parts.slice(0, count), new Map(this.#ids))
      .filter((call) => reason || isWhole(call.function.arguments))
      .map(toRequest);
  }

  receive(response: ChatCompletionResponse) {
    const choice = response?.choices?.[0];
    if (!isRecord(choice?.message)) throw new MistralError('The completion has no message');
    const parts = normalizeToolCalls(choice.message.tool_calls);
    const unfinished = unfinishedBy(choice.finish_reason);
    const calls = this.#withIds(parts, this.#ids);
    this.#message = requestMessage(choice.message, calls);
    this.#endedBy = unfinished ?? (calls.length === 0 ? 'reply' : undefined);
    if (this.#endedBy === 'reply' && hasContent(this.#message))
      this.#messages = [...this.#messages, this.#message];
    return { response, calls: unfinished ? undefined : calls.map(toRequest) };
  }

  answer(results: readonly ToolCallResult[]): void {
    if (results.length === 0) return;
    const answers = results.map(({ id, name, content }): ToolMessage => ({
      role: 'tool',
      tool_call_id: id,
      name,
      content,
    }));
    this.#messages = [...this.#messages, this.#message!, ...answers];
    // A forced call was made; if it was forced again, the model could never reply.
    const { tool_choice: choice } = this.#params;
    if (choice !== undefined && choice !== 'none') this.#params = { ...this.#params, tool_choice: 'auto' };
  }

  endedBy(): 'reply' | Unfinished | undefined {
    return this.#endedBy;
  }

  async proceed(): Promise<undefined> {}

  progress(core: RunCore<ChatCompletionResponse, unknown>): CompletionProgress {
    return {
      message: this.#message,
      messages: [...this.#messages],
      // Summed up from the usage of these responses.
      ...(core as RunCore<ChatCompletionResponse, UsageInfo>),
    };
  }

  /** Give each call an id that the API takes, and keep apart calls that share one. A call that came twice is one. */
  #withIds(parts: readonly ToolCallPart[], ids: Map<string, string>): ToolCall[] {
    const whole: ToolCall[] = [];
    for (const [place, part] of parts.entries()) {
      const content = JSON.stringify([part.name, part.arguments]);
      const given = requestCallId(part.id);
      const before = given === undefined ? undefined : ids.get(given);
      const isSame = before === content;
      if (isSame && whole.some(({ id }) => id === given)) continue;
      const seed = `${this.#messages.length}.${place}.${part.name}`;
      const id = given !== undefined && (before === undefined || isSame) ? given : makeToolCallId(seed, ids);
      ids.set(id, content);
      whole.push(requestCall(part, id));
    }
    return whole;
  }
}

function refuse(params: CompletionRequest): void {
  if (!isRecord(params)) throw new ArgumentError('The parameters must be an object with `messages`');
  if ('tools' in params && params.tools !== undefined)
    throw new ArgumentError('`tools` belong to the options of the run, where they can be called');
  if ((params.n ?? 1) !== 1) throw new ArgumentError('A run of tools follows one choice; leave `n` out');
  // A field that the description lacks may be one that the API has come to know: it says itself what it thinks of it.
  const problems = lintMessages(params.messages as readonly Message[]).filter(
    ({ rule }) => rule !== 'unknown-field',
  );
  if (problems.length === 0) return;
  const lines = problems.map(({ index, problem, fix }) => `messages[${index}]: ${problem}. ${fix}.`);
  throw new ArgumentError(`The API would refuse these messages:\n${lines.join('\n')}`);
}

const toRequest = ({ id, function: { name, arguments: given } }: ToolCall): ToolCallRequest => ({
  // Each was given one.
  id: id!,
  name,
  arguments: textOfArguments(given),
});

const hasContent = ({ content }: AssistantMessage): boolean =>
  Array.isArray(content) ? content.length > 0 : typeof content === 'string' && content !== '';

/** Request without streaming. */
export const askWhole =
  (
    complete: (params: never, options: RequestOptions) => PromiseLike<ChatCompletionResponse>,
  ): AskCompletion =>
  (params, options) => ({ events: withoutEvents(() => complete(params as never, options)) });

/** Request with streaming, and assemble the chunks. */
export const askStreamed =
  (stream: (params: never, options: RequestOptions) => AsyncIterable<CompletionChunk>): AskCompletion =>
  (params, options) =>
    assembled(new CompletionAssembly(), () => stream(params as never, options));
