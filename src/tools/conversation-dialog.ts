import type {
  BetaConversationsAppendParams,
  BetaConversationsStartParams,
} from '../../generated/params.gen.js';
import type {
  AgentHandoffEntry,
  ConversationEvent,
  ConversationResponse,
  ConversationUsageInfo,
  FunctionCallEntry,
  FunctionResultEntry,
  ToolCallConfirmation,
} from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import type { RequestOptions } from '../resources/method.js';
import { callsToConfirm, callsToRun } from '../messages/conversation-calls.js';
import { normalizeId } from '../messages/normalize-tool-call.js';
import { requestEntry } from '../messages/request-entry.js';
import { requestName } from '../messages/request-name.js';
import { isWhole, textOfArguments } from '../messages/tool-call-arguments.js';
import { ConversationAssembly } from '../streaming/conversation-assembly.js';
import type { Asked, Dialog, RunCore } from './dialog.js';
import type { ToolCallRequest, ToolCallResult } from './execute-call.js';
import { assembled, withoutEvents } from './asked.js';
import { describeTools, type RunnableTool } from './tool.js';

type StartParams = Omit<BetaConversationsStartParams, 'stream'>;
type AppendParams = Omit<BetaConversationsAppendParams, 'stream'>;

/** Parameters of a run: those of `start`, or those of `append` when there is a `conversation_id`. */
export type ConversationRunParams = (StartParams & { readonly conversation_id?: undefined }) | AppendParams;

/** What the API says, or was told, in a conversation. */
export type ConversationEntry = ConversationResponse['outputs'][number] | FunctionResultEntry;

/** Where a run goes on: the conversation, and what has happened in it. */
export interface ConversationProgress extends RunCore<ConversationResponse, ConversationUsageInfo> {
  /** Of the last request; a hand-off starts a new conversation. `undefined` before the first response. */
  readonly conversationId: string | undefined;
  readonly response: ConversationResponse | undefined;
  /**
   * The outputs of all responses, and the results of the calls in them, in their order, as the `inputs` of a request may
   * have them. Whatever else the server said is in the responses of `steps`.
   */
  readonly entries: readonly ConversationEntry[];
  /**
   * Results that were not sent to the API yet, because the run ended early: the `inputs` of the next `append`. Empty after a
   * reply without calls.
   */
  readonly inputs: FunctionResultEntry[];
}

/** Options that only runs over conversations have. */
export interface ConversationRunOptions {
  /**
   * Decides about a call that waits for confirmation, because its tool `requires_confirmation`. Mistral runs it, or
   * tells the model that it was denied. Without this, the run ends by `'confirmation'`, and the calls that wait are
   * among the outputs of `response`.
   */
  readonly onConfirm?:
    | ((
        call: FunctionCallEntry,
      ) => ToolCallConfirmation['confirmation'] | PromiseLike<ToolCallConfirmation['confirmation']>)
    | undefined;
  /**
   * Called for a hand-off to another agent with `handoff_execution: 'client'`. Returns the `inputs` of a conversation that the
   * run then starts with that agent, or `undefined` to end the run by `'handoff'`, as without it.
   */
  readonly onHandoff?:
    | ((
        handoff: AgentHandoffEntry,
        progress: Pick<ConversationProgress, 'entries' | 'conversationId'>,
      ) => StartParams['inputs'] | undefined | PromiseLike<StartParams['inputs'] | undefined>)
    | undefined;
}

/** Further reasons why a run over a conversation ends. */
export type ConversationRunEnd =
  /** Calls wait for a confirmation that nobody gave. */
  | 'confirmation'
  /** Another agent is to take over, and nobody said how. */
  | 'handoff';

/** Sends one request, streamed or not. */
export type AskConversation = (
  params: StartParams | AppendParams,
  options: RequestOptions,
) => Asked<ConversationEvent, ConversationResponse>;

/** Talks through `beta.conversations`: the API keeps the history, and is sent what is new. */
export class ConversationDialog implements Dialog<
  ConversationResponse,
  ConversationEvent,
  ConversationProgress,
  ConversationRunEnd
> {
  readonly #send: AskConversation;
  readonly #options: ConversationRunOptions;
  readonly #request: RequestOptions;
  /** What goes with every request. */
  #common: Pick<AppendParams, 'handoff_execution' | 'completion_args'>;
  #next: StartParams | AppendParams;
  #conversationId: string | undefined;
  #response: ConversationResponse | undefined;
  readonly #entries: ConversationEntry[] = [];
  #inputs: FunctionResultEntry[] = [];
  /** How many outputs the response that is being written has. */
  #outputCount = 0;

  constructor(
    send: AskConversation,
    params: ConversationRunParams,
    tools: ReadonlyMap<string, RunnableTool>,
    options: ConversationRunOptions,
    request: RequestOptions = {},
  ) {
    refuse(params);
    this.#send = send;
    this.#options = options;
    this.#request = request;
    const { handoff_execution, completion_args } = params;
    this.#common = {
      ...(handoff_execution ? { handoff_execution } : {}),
      ...(completion_args ? { completion_args } : {}),
    };
    const described = describeTools(tools);
    // An agent has its tools from where it was made, and a conversation from where it was started.
    const isOwn = params.conversation_id === undefined && !params.agent_id && described.length > 0;
    this.#next = isOwn
      ? { ...params, tools: [...((params as StartParams).tools ?? []), ...described] }
      : params;
    this.#conversationId = params.conversation_id;
  }

  ask(signal: AbortSignal): Asked<ConversationEvent, ConversationResponse> {
    this.#outputCount = 0;
    return this.#send(this.#next, { ...this.#request, signal });
  }

  wholeCalls(_: ConversationEvent, reply: () => ConversationResponse | undefined) {
    const { outputs = [] } = reply() ?? {};
    if (outputs.length <= this.#outputCount) return [];
    this.#outputCount = outputs.length;
    return callsToRun(outputs.slice(0, -1))
      .filter((call) => isWhole(call.arguments) && normalizeId(call.tool_call_id) !== undefined)
      .map(toRequest);
  }

  receive(response: ConversationResponse) {
    if (!Array.isArray(response?.outputs))
      throw new MistralError('The response of the conversation has no outputs');
    this.#response = response;
    this.#conversationId = normalizeId(response.conversation_id) ?? this.#conversationId;
    this.#inputs = [];
    this.#entries.push(...response.outputs.map(requestEntry).filter((entry) => entry !== undefined));
    return { response, calls: callsToRun(response.outputs).map(toRequest) };
  }

  answer(results: readonly ToolCallResult[]): void {
    const answered = new Set<string>();
    this.#inputs = results.flatMap(({ id, content }): FunctionResultEntry[] => {
      // Of calls that share an id, the API takes one result.
      if (answered.has(id)) return [];
      answered.add(id);
      return [{ type: 'function.result', tool_call_id: id, result: content }];
    });
    this.#entries.push(...this.#inputs);
    // A forced call was made; if it was forced again, the model could never reply.
    const { completion_args: args } = this.#common;
    const isForced = args?.tool_choice === 'any' || args?.tool_choice === 'required';
    if (results.length > 0 && isForced)
      this.#common = { ...this.#common, completion_args: { ...args, tool_choice: 'auto' } };
  }

  endedBy(): 'reply' | undefined {
    const waits = this.#inputs.length > 0 || this.#pending().length > 0 || this.#handoff() !== undefined;
    return this.#response === undefined || waits ? undefined : 'reply';
  }

  async proceed(signal: AbortSignal): Promise<ConversationRunEnd | undefined> {
    const confirmations: ToolCallConfirmation[] = [];
    for (const call of this.#pending()) {
      if (!this.#options.onConfirm) return 'confirmation';
      const confirmation: unknown = await this.#options.onConfirm(call);
      signal.throwIfAborted();
      if (confirmation !== 'allow' && confirmation !== 'deny')
        throw new ArgumentError(`\`onConfirm\` must return 'allow' or 'deny', not ${String(confirmation)}`);
      confirmations.push({ tool_call_id: call.tool_call_id, confirmation });
    }
    const handoff = this.#handoff();
    if (handoff && this.#inputs.length === 0 && confirmations.length === 0) return this.#follow(handoff);
    if (this.#conversationId === undefined)
      throw new MistralError('The response of the conversation has no `conversation_id` to go on with');
    this.#next = {
      ...this.#common,
      conversation_id: this.#conversationId,
      inputs: this.#inputs,
      ...(confirmations.length > 0 ? { tool_confirmations: confirmations } : {}),
    };
    return undefined;
  }

  progress(core: RunCore<ConversationResponse, unknown>): ConversationProgress {
    return {
      conversationId: this.#conversationId,
      response: this.#response,
      entries: [...this.#entries],
      inputs: [...this.#inputs],
      // Summed up from the usage of these responses.
      ...(core as RunCore<ConversationResponse, ConversationUsageInfo>),
    };
  }

  async #follow(handoff: AgentHandoffEntry): Promise<'handoff' | undefined> {
    const { onHandoff } = this.#options;
    const inputs = await onHandoff?.(handoff, {
      entries: [...this.#entries],
      conversationId: this.#conversationId,
    });
    if (inputs === undefined) return 'handoff';
    if (typeof inputs !== 'string' && !Array.isArray(inputs))
      throw new ArgumentError(
        `\`onHandoff\` must return the inputs for the next agent, a text or a list, or undefined; got ${kindOf(inputs)}`,
      );
    // The arguments of the completion were meant for the agent before.
    if (normalizeId(handoff.next_agent_id) === undefined)
      throw new MistralError('The hand-off does not say which agent is to go on');
    this.#next = { agent_id: handoff.next_agent_id, inputs, handoff_execution: 'client' };
    return undefined;
  }

  /** Calls that wait for a word of ours, and are run by Mistral. */
  #pending(): FunctionCallEntry[] {
    return callsToConfirm(this.#response?.outputs);
  }

  /** A hand-off at the end of a response is for the client; one that is followed by more was made by the server. */
  #handoff(): AgentHandoffEntry | undefined {
    const last = this.#response?.outputs.at(-1);
    return this.#common.handoff_execution === 'client' && last?.type === 'agent.handoff' ? last : undefined;
  }
}

function refuse(params: ConversationRunParams): void {
  if (!isRecord(params)) throw new ArgumentError('The parameters must be an object with `inputs`');
  const { conversation_id: id, store, tools } = params as AppendParams & StartParams;
  if (id !== undefined && (typeof id !== 'string' || id === ''))
    throw new ArgumentError('`conversation_id` must be the id of a conversation');
  if (store === false)
    throw new ArgumentError(
      'A conversation that is not stored cannot go on with the results of tools; leave `store` out',
    );
  if (id !== undefined && tools)
    throw new ArgumentError('A conversation keeps the tools that it was started with; leave `tools` out');
  const own = tools?.find(({ type }) => type === 'function');
  if (own)
    throw new ArgumentError(
      'Functions belong to the `tools` of the options, where they can be called; `tools` of the parameters are those that Mistral runs',
    );
}

function toRequest({ tool_call_id, name, arguments: given }: FunctionCallEntry): ToolCallRequest {
  const id = normalizeId(tool_call_id);
  if (id === undefined)
    throw new MistralError(
      `The conversation calls \`${name}\` without a \`tool_call_id\`, so that its result cannot be sent`,
    );
  return { id, name: requestName(name), arguments: textOfArguments(given) };
}

/** Request without streaming. */
export const askWholeConversation =
  (
    start: (params: never, options: RequestOptions) => PromiseLike<ConversationResponse>,
    append: (params: never, options: RequestOptions) => PromiseLike<ConversationResponse>,
  ): AskConversation =>
  (params, options) => ({
    events: withoutEvents(() => (isAppend(params) ? append : start)(params as never, options)),
  });

/** Request with streaming, and assemble the events. */
export const askStreamedConversation =
  (
    start: (params: never, options: RequestOptions) => AsyncIterable<ConversationEvent>,
    append: (params: never, options: RequestOptions) => AsyncIterable<ConversationEvent>,
  ): AskConversation =>
  (params, options) =>
    assembled(new ConversationAssembly(), () =>
      (isAppend(params) ? append : start)(params as never, options),
    );

const isAppend = (params: StartParams | AppendParams): boolean =>
  (params as AppendParams).conversation_id !== undefined;
