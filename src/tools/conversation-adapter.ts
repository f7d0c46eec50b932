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
import type { Decision } from './approval.js';
import type { ToolCallRequest, ToolCallResult } from './tool-call.js';
import { streamedReply, unstreamedReply, type PendingReply } from './pending-reply.js';
import type { PreparedRequest, RunAdapter, RunProgress } from './run-adapter.js';
import type { SavedAdapter } from './pending-run.js';
import { describeTools, type RunnableTool } from './tool.js';

type StartParams = Omit<BetaConversationsStartParams, 'stream'>;
type AppendParams = Omit<BetaConversationsAppendParams, 'stream'>;

/** The parameters of a run: those of `start`, or with a `conversation_id` those of `append`. */
export type ConversationRunParams = (StartParams & { readonly conversation_id?: undefined }) | AppendParams;

/** An output of a conversation, or a tool result in it. */
export type ConversationEntry = ConversationResponse['outputs'][number] | FunctionResultEntry;

/** The state of a run over a conversation: its responses and entries so far. */
export interface ConversationProgress extends RunProgress<ConversationResponse, ConversationUsageInfo> {
  /** The id of the current conversation: a hand-off starts a new one. `undefined` before the first response. */
  readonly conversationId: string | undefined;
  readonly response: ConversationResponse | undefined;
  /**
   * The outputs of all responses and the results of their tool calls, in order, with the fields that the `inputs` of a request
   * may have. The other fields are in the responses of `steps`.
   */
  readonly entries: readonly ConversationEntry[];
  /**
   * Tool results that were not sent, because the run ended early: the `inputs` of the next `append`. Empty after a reply
   * without tool calls.
   */
  readonly inputs: FunctionResultEntry[];
}

/** Options of runs over conversations only. */
export interface ConversationRunOptions {
  /**
   * Allows or denies a tool call that Mistral runs only after confirmation (`requires_confirmation`). Without this callback, the
   * run ends with `endedBy: 'confirmation'`, and the outputs of `response` contain the pending calls.
   */
  readonly onConfirm?:
    | ((
        call: FunctionCallEntry,
      ) => ToolCallConfirmation['confirmation'] | PromiseLike<ToolCallConfirmation['confirmation']>)
    | undefined;
  /**
   * Called for a hand-off to another agent with `handoff_execution: 'client'`. Return the `inputs` of a new conversation with
   * that agent, in which the run continues; or `undefined` to end the run with `endedBy: 'handoff'`, as without this callback.
   */
  readonly onHandoff?:
    | ((
        handoff: AgentHandoffEntry,
        progress: Pick<ConversationProgress, 'entries' | 'conversationId'>,
      ) => StartParams['inputs'] | undefined | PromiseLike<StartParams['inputs'] | undefined>)
    | undefined;
}

/** Further reasons for the end of a run over a conversation. */
export type ConversationRunEnd =
  /** Tool calls require confirmation, and there is no `onConfirm`. */
  | 'confirmation'
  /** The agent hands off to another one, and `onHandoff` is missing or returned `undefined`. */
  | 'handoff';

/** Sends one request, with or without streaming. */
export type SendConversation = (
  params: StartParams | AppendParams,
  options: RequestOptions,
) => PendingReply<ConversationEvent, ConversationResponse>;

/** Runs tools over `beta.conversations`: the API stores the history, and each request contains the new inputs only. */
export class ConversationAdapter implements RunAdapter<
  ConversationResponse,
  ConversationEvent,
  ConversationProgress,
  ConversationRunEnd
> {
  readonly api = 'conversations';
  readonly #send: SendConversation;
  readonly #options: ConversationRunOptions;
  readonly #request: RequestOptions;
  /** Parameters of every request. */
  #common: Pick<AppendParams, 'handoff_execution' | 'completion_args'>;
  #next: StartParams | AppendParams;
  #conversationId: string | undefined;
  #response: ConversationResponse | undefined;
  #entries: readonly ConversationEntry[] = [];
  #inputs: FunctionResultEntry[] = [];
  /** How many outputs have begun in the response that is being streamed. */
  #outputCount = 0;

  constructor(
    send: SendConversation,
    params: ConversationRunParams,
    tools: ReadonlyMap<string, RunnableTool>,
    options: ConversationRunOptions & { readonly request?: RequestOptions | undefined },
  ) {
    checkParams(params);
    this.#send = send;
    this.#options = options;
    this.#request = options.request ?? {};
    const { handoff_execution, completion_args } = params;
    this.#common = {
      ...(handoff_execution ? { handoff_execution } : {}),
      ...(completion_args ? { completion_args } : {}),
    };
    const described = describeTools(tools);
    // The tools of an agent are set when it is created, those of a conversation when it starts.
    const sendsTools = params.conversation_id === undefined && !params.agent_id && described.length > 0;
    this.#next = sendsTools
      ? { ...params, tools: [...((params as StartParams).tools ?? []), ...described] }
      : params;
    this.#conversationId = params.conversation_id;
  }

  request(
    signal: AbortSignal,
    prepared?: PreparedRequest,
  ): PendingReply<ConversationEvent, ConversationResponse> {
    this.#outputCount = 0;
    const fixed = ['inputs', 'conversation_id', 'agent_id'].find(
      (name) => prepared?.params[name] !== undefined,
    );
    if (prepared?.tools || fixed)
      throw new ArgumentError(
        `\`prepareRound\` cannot change \`${fixed ?? 'tools'}\`: a conversation has it from its start. Change \`completion_args\``,
      );
    return this.#send({ ...this.#next, ...prepared?.params }, { ...this.#request, signal });
  }

  completedCalls(_: ConversationEvent, partial: () => ConversationResponse | undefined) {
    const { outputs = [] } = partial() ?? {};
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
    const entries = response.outputs.map(requestEntry).filter((entry) => entry !== undefined);
    this.#entries = [...this.#entries, ...entries];
    return { response, calls: callsToRun(response.outputs).map(toRequest) };
  }

  addResults(results: readonly ToolCallResult[]): void {
    const ids = new Set<string>();
    this.#inputs = results.flatMap(({ id, content, chunks = [] }): FunctionResultEntry[] => {
      // The API accepts one result per id.
      if (ids.has(id)) return [];
      ids.add(id);
      const isCut = chunks.some(({ type }) => type !== 'text');
      return [
        { type: 'function.result', tool_call_id: id, result: isCut ? `${content}\n${textOnly}` : content },
      ];
    });
    this.#entries = [...this.#entries, ...this.#inputs];
    // Only the first reply must call a tool: if every reply had to, the run could never end with one that does not.
    const { completion_args: args } = this.#common;
    const isForced = args?.tool_choice === 'any' || args?.tool_choice === 'required';
    if (results.length > 0 && isForced)
      this.#common = { ...this.#common, completion_args: { ...args, tool_choice: 'auto' } };
  }

  endedBy(): 'reply' | undefined {
    const isWaiting = this.#inputs.length > 0 || this.#pending().length > 0 || this.#handoff() !== undefined;
    return this.#response === undefined || isWaiting ? undefined : 'reply';
  }

  pendingCalls(): readonly ToolCallRequest[] {
    return this.#pending().map(toRequest);
  }

  save(): SavedAdapter {
    return {
      common: this.#common,
      entries: this.#entries,
      ...(this.#conversationId === undefined ? {} : { conversationId: this.#conversationId }),
    };
  }

  restore({ common, entries, conversationId }: SavedAdapter): void {
    this.#common = common as Pick<AppendParams, 'handoff_execution' | 'completion_args'>;
    this.#entries = entries as readonly ConversationEntry[];
    this.#conversationId = conversationId as string | undefined;
  }

  async prepareNext(
    signal: AbortSignal,
    decisions: ReadonlyMap<string, Decision>,
  ): Promise<ConversationRunEnd | undefined> {
    const confirmations: ToolCallConfirmation[] = [];
    for (const call of this.#pending()) {
      const decision = decisions.get(toRequest(call).id);
      if (!decision && !this.#options.onConfirm) return 'confirmation';
      const confirmation: unknown = decision
        ? decision.isAllowed
          ? 'allow'
          : 'deny'
        : await this.#options.onConfirm!(call);
      signal.throwIfAborted();
      if (confirmation !== 'allow' && confirmation !== 'deny')
        throw new ArgumentError(`\`onConfirm\` must return 'allow' or 'deny', not ${String(confirmation)}`);
      confirmations.push({ tool_call_id: call.tool_call_id, confirmation });
    }
    const handoff = this.#handoff();
    if (handoff && this.#inputs.length === 0 && confirmations.length === 0) return this.#handOff(handoff);
    if (this.#conversationId === undefined)
      throw new MistralError(
        'The response of the conversation has no `conversation_id`, so that the run cannot continue',
      );
    this.#next = {
      ...this.#common,
      conversation_id: this.#conversationId,
      inputs: this.#inputs,
      ...(confirmations.length > 0 ? { tool_confirmations: confirmations } : {}),
    };
    return undefined;
  }

  progress(common: RunProgress<ConversationResponse, unknown>): ConversationProgress {
    return {
      conversationId: this.#conversationId,
      response: this.#response,
      entries: [...this.#entries],
      inputs: [...this.#inputs],
      // Its usage is the sum of the usage of these responses.
      ...(common as RunProgress<ConversationResponse, ConversationUsageInfo>),
    };
  }

  async #handOff(handoff: AgentHandoffEntry): Promise<'handoff' | undefined> {
    const { onHandoff } = this.#options;
    const inputs = await onHandoff?.(handoff, {
      entries: [...this.#entries],
      conversationId: this.#conversationId,
    });
    if (inputs === undefined) return 'handoff';
    if (typeof inputs !== 'string' && !Array.isArray(inputs))
      throw new ArgumentError(
        `\`onHandoff\` must return the inputs for the next agent (a string or an array) or undefined; got ${kindOf(inputs)}`,
      );
    if (normalizeId(handoff.next_agent_id) === undefined)
      throw new MistralError('The hand-off has no `next_agent_id`');
    // Without `completion_args`: they were meant for the previous agent.
    this.#next = { agent_id: handoff.next_agent_id, inputs, handoff_execution: 'client' };
    return undefined;
  }

  /** Calls that Mistral runs once they are confirmed. */
  #pending(): FunctionCallEntry[] {
    return callsToConfirm(this.#response?.outputs);
  }

  /** A hand-off that the client must execute. It is the last output: one that others follow was executed by the server. */
  #handoff(): AgentHandoffEntry | undefined {
    const last = this.#response?.outputs.at(-1);
    return this.#common.handoff_execution === 'client' && last?.type === 'agent.handoff' ? last : undefined;
  }
}

const textOnly = '[A conversation takes results as text: what is named in brackets is not part of this one.]';

function checkParams(params: ConversationRunParams): void {
  if (!isRecord(params)) throw new ArgumentError('The parameters must be an object with `inputs`');
  const { conversation_id: id, inputs, store, tools } = params as AppendParams & StartParams;
  if (id !== undefined && (typeof id !== 'string' || id === ''))
    throw new ArgumentError('`conversation_id` must be the id of a conversation');
  if (store === false)
    throw new ArgumentError(
      'A run needs a stored conversation, to which it can append tool results; remove `store: false`',
    );
  if (id === undefined && inputs === undefined)
    throw new ArgumentError('A conversation starts with `inputs`: a text, or a list of entries');
  if (tools && !(Array.isArray(tools) && tools.every(isRecord)))
    throw new ArgumentError('`tools` of the parameters must be an array of tools that Mistral runs');
  if (id !== undefined && tools)
    throw new ArgumentError(
      'The tools of a conversation are set when it starts; remove `tools` from the parameters',
    );
  if (tools?.some(({ type }) => type === 'function'))
    throw new ArgumentError(
      'Pass functions as `tools` of the options, created with tool(); `tools` of the parameters are those that Mistral runs',
    );
}

function toRequest({ tool_call_id, name, arguments: given }: FunctionCallEntry): ToolCallRequest {
  const id = normalizeId(tool_call_id);
  if (id === undefined)
    throw new MistralError(
      `The call of \`${name}\` has no \`tool_call_id\`, so that its result cannot be sent`,
    );
  return { id, name: requestName(name), arguments: textOfArguments(given) };
}

/** Requests without streaming. */
export const unstreamedConversation =
  (
    start: (params: never, options: RequestOptions) => PromiseLike<ConversationResponse>,
    append: (params: never, options: RequestOptions) => PromiseLike<ConversationResponse>,
  ): SendConversation =>
  (params, options) =>
    unstreamedReply(() => (isAppend(params) ? append : start)(params as never, options));

/** Requests with streaming; the events are assembled to a response. */
export const streamedConversation =
  (
    start: (params: never, options: RequestOptions) => AsyncIterable<ConversationEvent>,
    append: (params: never, options: RequestOptions) => AsyncIterable<ConversationEvent>,
  ): SendConversation =>
  (params, options) =>
    streamedReply(new ConversationAssembly(), () =>
      (isAppend(params) ? append : start)(params as never, options),
    );

const isAppend = (params: StartParams | AppendParams): boolean =>
  (params as AppendParams).conversation_id !== undefined;
