import { ArgumentError } from '../errors/argument-error.js';
import { isTimeoutMs } from '../internal/clock.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import type { RequestOptions } from '../resources/method.js';
import type { ApprovalDecision, Decision } from './approval.js';
import type { ToolCallRequest } from './tool-call.js';
import type { RunnableTool } from './tool.js';

/** Options of a run: its tools, its limits and its callbacks. */
export interface RunToolsOptions<Step, Progress, PreparedRound = object> {
  /** The tools that the model may call, made with {@link tool}. */
  readonly tools: readonly RunnableTool[];
  /**
   * The maximum number of requests to the model. The tool calls of the last reply still run; their results are not sent.
   *
   * @default 10
   */
  readonly maxRounds?: number | undefined;
  /**
   * Ends the run when its requests have used this many tokens together, as counted by the server. The last reply may exceed
   * it; to limit a single reply, set the parameter `max_tokens`.
   */
  readonly maxTokens?: number | undefined;
  /**
   * Timeout of the complete run. It aborts the request and the tools that are running; the run does not wait for a tool that
   * ignores its signal.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * What to do when a tool throws, is called with invalid arguments, or does not exist: send the error to the model as the
   * result of its call (`'reply'`), or reject with a {@link ToolError} (`'throw'`).
   *
   * @default 'reply'
   */
  readonly onError?: 'reply' | 'throw' | undefined;
  /**
   * How many tool calls of one reply run at the same time. Their results keep the order of the calls.
   *
   * @default Infinity
   */
  readonly concurrency?: number | undefined;
  /**
   * The maximum size of a tool result, in bytes of UTF-8. A longer one is cut off, and a note tells the model so, which is
   * sent on top.
   *
   * @default Infinity
   */
  readonly maxResultBytes?: number | undefined;
  /**
   * Allows or denies a call of a tool that needs approval. It is awaited, for as long as it takes; other calls run meanwhile, as
   * far as `concurrency` lets them: one that waits counts. An error in it ends the run. Without this callback, the run ends with
   * `endedBy: 'approval'`.
   */
  readonly onApproval?:
    ((call: ToolCallRequest) => ApprovalDecision | PromiseLike<ApprovalDecision>) | undefined;
  /**
   * Called before each request, and awaited. What it returns changes that request alone: any parameter, such as `model`,
   * `tool_choice` or `messages`, and the `tools`. Messages that it leaves out stay in the history of the run.
   */
  readonly prepareRound?:
    | ((
        progress: Progress & { readonly round: number },
      ) => PreparedRound | undefined | PromiseLike<PreparedRound | undefined>)
    | undefined;
  /** Called after each reply, with the results of its tool calls, and awaited. An error in it ends the run. */
  readonly onStep?: ((step: Step, progress: Progress) => unknown) | undefined;
  /** Called after each step with tool calls. Return `true` to end the run before the next request. */
  readonly stopWhen?: ((step: Step, progress: Progress) => boolean | PromiseLike<boolean>) | undefined;
  /** Aborts the run at any time. */
  readonly signal?: AbortSignal | undefined;
  /** Options of every request, such as `headers` or `maxRetries`. */
  readonly request?: Omit<RequestOptions, 'signal'> | undefined;
}

/** The options, checked and with their defaults. */
export interface LoopOptions<Step, Progress> {
  readonly tools: ReadonlyMap<string, RunnableTool>;
  readonly maxRounds: number;
  readonly maxTokens: number;
  readonly timeoutMs: number | undefined;
  readonly onError: 'reply' | 'throw';
  readonly concurrency: number;
  readonly maxResultBytes: number;
  readonly onApproval: ((call: ToolCallRequest) => unknown) | undefined;
  /** By call: what was decided before the run was resumed. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly prepareRound: ((progress: Progress & { readonly round: number }) => unknown) | undefined;
  readonly onStep: ((step: Step, progress: Progress) => unknown) | undefined;
  readonly stopWhen: ((step: Step, progress: Progress) => boolean | PromiseLike<boolean>) | undefined;
  readonly signal: AbortSignal | undefined;
}

const known = [
  'tools',
  'maxRounds',
  'maxTokens',
  'timeoutMs',
  'onError',
  'concurrency',
  'maxResultBytes',
  'onApproval',
  'prepareRound',
  'onStep',
  'stopWhen',
  'signal',
  'request',
] as const satisfies readonly (keyof RunToolsOptions<unknown, unknown>)[];

const mistaken = {
  maxSteps: 'maxRounds',
  maxChatCompletions: 'maxRounds',
  maxIterations: 'maxRounds',
  max_tokens: 'maxTokens',
  timeout: 'timeoutMs',
  headers: 'request.headers',
  maxRetries: 'request.maxRetries',
  prepareStep: 'prepareRound',
  onToolApproval: 'onApproval',
};

/**
 * Check the options of a run, and apply defaults.
 *
 * @param callbacks - Names of further options, which must be functions.
 * @param others - Names of further options, which are checked elsewhere.
 */
export function readOptions<Step, Progress>(
  options: RunToolsOptions<Step, Progress>,
  callbacks: readonly string[] = [],
  others: readonly string[] = [],
): LoopOptions<Step, Progress> {
  if (!isRecord(options)) throw new ArgumentError('The options must be an object with `tools`');
  const problem = unknownKey(options, [...known, ...callbacks, ...others], 'A run of tools', mistaken);
  if (problem) throw new ArgumentError(problem);
  const {
    maxRounds = 10,
    maxTokens = Infinity,
    timeoutMs,
    onError = 'reply',
    concurrency = Infinity,
    maxResultBytes = Infinity,
    onApproval,
    prepareRound,
    onStep,
    stopWhen,
    signal,
    request,
  } = options;
  requireCount('maxRounds', maxRounds);
  requireCount('maxTokens', maxTokens);
  requireCount('concurrency', concurrency);
  requireCount('maxResultBytes', maxResultBytes);
  if (timeoutMs !== undefined && !isTimeoutMs(timeoutMs))
    throw new ArgumentError(
      `\`timeoutMs\` must be a number of milliseconds above 0, not ${String(timeoutMs)}`,
    );
  if (onError !== 'reply' && onError !== 'throw')
    throw new ArgumentError("`onError` must be 'reply' or 'throw'");
  for (const name of ['onApproval', 'prepareRound', 'onStep', 'stopWhen', ...callbacks]) {
    const given: unknown = (options as unknown as Record<string, unknown>)[name];
    if (given !== undefined && typeof given !== 'function')
      throw new ArgumentError(`\`${name}\` must be a function`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new ArgumentError('`signal` must be an AbortSignal');
  if (request !== undefined && (!isRecord(request) || 'signal' in request))
    throw new ArgumentError(
      '`request` must be an object of request options without `signal`; pass `signal` as an option of the run',
    );
  const tools = readTools(options.tools);
  return {
    tools,
    maxRounds,
    maxTokens,
    timeoutMs,
    onError,
    concurrency,
    maxResultBytes,
    onApproval,
    decisions: new Map(),
    prepareRound,
    onStep,
    stopWhen,
    signal,
  };
}

function requireCount(name: string, value: unknown): void {
  if (value === Infinity || (Number.isInteger(value) && (value as number) > 0)) return;
  throw new ArgumentError(`\`${name}\` must be a positive integer, not ${String(value)}`);
}

export function readTools(tools: readonly RunnableTool[]): ReadonlyMap<string, RunnableTool> {
  if (!Array.isArray(tools)) throw new ArgumentError('`tools` must be an array of tools created with tool()');
  const byName = new Map<string, RunnableTool>();
  for (const [index, tool] of (tools as readonly RunnableTool[]).entries()) {
    const name = tool?.function?.name;
    const { parameters, execute } = tool ?? {};
    // Some schemas are functions.
    const hasSchema = isRecord(parameters) || typeof parameters === 'function';
    if (typeof name !== 'string' || typeof execute !== 'function' || !hasSchema)
      throw new ArgumentError(`\`tools[${index}]\` is not a tool; create it with tool()`);
    if (byName.has(name))
      throw new ArgumentError(
        `Two tools have the name \`${name}\`; names must be unique. For tools of MCP servers, pass a \`prefix\` to mcpTools()`,
      );
    byName.set(name, tool);
  }
  return byName;
}
