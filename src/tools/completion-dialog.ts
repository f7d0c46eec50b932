import type {
  AssistantMessage,
  ChatCompletionRequest,
  ChatCompletionResponse,
  CompletionChunk,
  ToolMessage,
  UsageInfo,
} from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import type { RequestOptions } from '../resources/method.js';
import { CompletionAssembly } from '../streaming/completion-assembly.js';
import type { Dialog, RunCore } from './dialog.js';
import type { ToolCallRequest, ToolCallResult } from './execute-call.js';
import { lintMessages } from '../messages/lint-messages.js';
import { describeTools, type RunnableTool } from './tool.js';
import { hasId, makeToolCallId } from '../messages/tool-call-id.js';

type Message = ChatCompletionRequest['messages'][number];

/** Where a run goes on: the messages so far, and what led to them. */
export interface CompletionProgress extends RunCore<ChatCompletionResponse, UsageInfo> {
  /** The last message of the model; `undefined` before there is one. */
  readonly message: AssistantMessage | undefined;
  /**
   * Those that the run was given, and all that came since: ready to go on with. Every call in it has its result, also
   * where the run was cut short. An answer without any content is left out, since the API refuses it in a history.
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
) => AsyncGenerator<CompletionChunk, ChatCompletionResponse, void>;

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
  #isDone = false;
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

  ask(signal: AbortSignal): AsyncGenerator<CompletionChunk, ChatCompletionResponse, void> {
    return this.#send({ ...this.#params, messages: this.#messages }, { ...this.#request, signal });
  }

  receive(response: ChatCompletionResponse) {
    const message = response.choices?.[0]?.message;
    if (!isRecord(message)) throw new MistralError('The completion has no message');
    const calls = this.#withIds(message.tool_calls ?? []);
    this.#message = calls.length > 0 ? { ...message, role: 'assistant', tool_calls: calls } : message;
    this.#isDone = calls.length === 0;
    if (this.#isDone && hasContent(message)) this.#messages = [...this.#messages, this.#message];
    return { response, calls: calls.map(toRequest) };
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
    // A call that was forced was made; forced again, the model could never answer.
    const { tool_choice: choice } = this.#params;
    if (choice !== undefined && choice !== 'none') this.#params = { ...this.#params, tool_choice: 'auto' };
  }

  isDone(): boolean {
    return this.#isDone;
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

  /** Fill in the ids that are missing, and keep apart calls that share one. A call that came twice is one. */
  #withIds(calls: readonly Call[]): Call[] {
    const whole: Call[] = [];
    for (const [place, call] of calls.entries()) {
      const content = JSON.stringify([call.function.name, call.function.arguments]);
      const before = hasId(call.id) ? this.#ids.get(call.id) : undefined;
      const isSame = before === content;
      if (isSame && whole.some(({ id }) => id === call.id)) continue;
      const isRight = hasId(call.id) && (before === undefined || isSame);
      const seed = `${this.#messages.length}.${place}.${call.function.name}`;
      const id = isRight ? call.id! : makeToolCallId(seed, this.#ids);
      this.#ids.set(id, content);
      whole.push(isRight ? call : { ...call, id });
    }
    return whole;
  }
}

function refuse(params: CompletionRequest): void {
  if (!isRecord(params)) throw new ArgumentError('The parameters must be an object with `messages`');
  if ('tools' in params && params.tools !== undefined)
    throw new ArgumentError('`tools` belong to the options of the run, where they can be called');
  if ((params.n ?? 1) !== 1) throw new ArgumentError('A run of tools follows one choice; leave `n` out');
  const problems = lintMessages(params.messages as readonly Message[]);
  if (problems.length === 0) return;
  const lines = problems.map(({ index, problem, fix }) => `messages[${index}]: ${problem}. ${fix}.`);
  throw new ArgumentError(`The API would refuse these messages:\n${lines.join('\n')}`);
}

type Call = NonNullable<AssistantMessage['tool_calls']>[number];

const toRequest = ({ id, function: { name, arguments: given } }: Call): ToolCallRequest => ({
  id: id!,
  name,
  arguments: typeof given === 'string' ? given : (JSON.stringify(given) ?? ''),
});

const hasContent = ({ content }: AssistantMessage): boolean =>
  Array.isArray(content) ? content.length > 0 : typeof content === 'string' && content !== '';

/** Ask for the whole answer. */
export const askWhole = (
  complete: (params: never, options: RequestOptions) => PromiseLike<ChatCompletionResponse>,
): AskCompletion =>
  // oxlint-disable-next-line require-yield -- what does not stream has no events
  async function* (params, options) {
    return complete(params as never, options);
  };

/** Ask for chunks, and put them together. */
export const askStreamed = (
  stream: (params: never, options: RequestOptions) => AsyncIterable<CompletionChunk>,
): AskCompletion =>
  async function* (params, options) {
    const assembly = new CompletionAssembly();
    for await (const chunk of stream(params as never, options)) {
      assembly.add(chunk, undefined);
      yield chunk;
    }
    if (!assembly.answer) throw new MistralError('The stream ended without an answer');
    return assembly.answer;
  };
