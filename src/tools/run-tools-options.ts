import { ArgumentError } from '../errors/argument-error.js';
import { longestDelayMs } from '../internal/clock.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import type { RequestOptions } from '../resources/method.js';
import type { RunnableTool } from './tool.js';

/** How a run goes, and when it ends. */
export interface RunToolsOptions<Step, Progress> {
  /** The tools that the model may call, made with {@link tool}. */
  readonly tools: readonly RunnableTool[];
  /**
   * How many requests are made to the model. The calls of the last reply are run all the same; the model is not asked
   * what it makes of their results.
   *
   * @default 10
   */
  readonly maxRounds?: number | undefined;
  /**
   * No further request once all of them together took so many tokens, as the server counts them. The last reply may
   * exceed it: what one reply may take is said by `max_tokens` among the parameters.
   */
  readonly maxTokens?: number | undefined;
  /**
   * How long the run may take altogether. What is under way then is aborted, and a tool that does not stop is not
   * waited for.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * What happens when a tool throws, is called with invalid arguments, or does not exist: the model gets the error as the result
   * of its call, and can correct it, or the run ends with a {@link ToolError}.
   *
   * @default 'reply'
   */
  readonly onError?: 'reply' | 'throw' | undefined;
  /**
   * How many calls of one reply run at the same time. Their results keep the order of the calls.
   *
   * @default Infinity
   */
  readonly concurrency?: number | undefined;
  /** Called with every reply and the results of its calls, and awaited. An error in it ends the run. */
  readonly onStep?: ((step: Step, progress: Progress) => unknown) | undefined;
  /** Asked after each step that called tools; with `true` the run ends before the next request. */
  readonly stopWhen?: ((step: Step, progress: Progress) => boolean | PromiseLike<boolean>) | undefined;
  /** Aborts the run at any time. */
  readonly signal?: AbortSignal | undefined;
  /** Options of each request, such as `headers` or `maxRetries`. */
  readonly request?: Omit<RequestOptions, 'signal'> | undefined;
}

/** The options in normal form. */
export interface LoopOptions<Step, Progress> {
  readonly tools: ReadonlyMap<string, RunnableTool>;
  readonly maxRounds: number;
  readonly maxTokens: number;
  readonly timeoutMs: number | undefined;
  readonly onError: 'reply' | 'throw';
  readonly concurrency: number;
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
};

/**
 * Check the options of a run.
 *
 * @param more - Names of options that only this kind of run has, all of them functions.
 */
export function readOptions<Step, Progress>(
  options: RunToolsOptions<Step, Progress>,
  more: readonly string[] = [],
): LoopOptions<Step, Progress> {
  if (!isRecord(options)) throw new ArgumentError('The options must be an object with `tools`');
  const problem = unknownKey(options, [...known, ...more], 'A run of tools', mistaken);
  if (problem) throw new ArgumentError(problem);
  const {
    maxRounds = 10,
    maxTokens = Infinity,
    timeoutMs,
    onError = 'reply',
    concurrency = Infinity,
    onStep,
    stopWhen,
    signal,
    request,
  } = options;
  requireCount('maxRounds', maxRounds);
  requireCount('maxTokens', maxTokens);
  requireCount('concurrency', concurrency);
  if (
    timeoutMs !== undefined &&
    !(typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= longestDelayMs)
  )
    throw new ArgumentError(
      `\`timeoutMs\` must be a number of milliseconds above 0, not ${String(timeoutMs)}`,
    );
  if (onError !== 'reply' && onError !== 'throw')
    throw new ArgumentError("`onError` must be 'reply' or 'throw'");
  for (const name of ['onStep', 'stopWhen', ...more]) {
    const given: unknown = (options as unknown as Record<string, unknown>)[name];
    if (given !== undefined && typeof given !== 'function')
      throw new ArgumentError(`\`${name}\` must be a function`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new ArgumentError('`signal` must be an AbortSignal');
  if (request !== undefined && (!isRecord(request) || 'signal' in request))
    throw new ArgumentError(
      '`request` must be an object of request options without `signal`, which is one of the run',
    );
  const tools = readTools(options.tools);
  return { tools, maxRounds, maxTokens, timeoutMs, onError, concurrency, onStep, stopWhen, signal };
}

function requireCount(name: string, value: unknown): void {
  if (value === Infinity || (Number.isInteger(value) && (value as number) > 0)) return;
  throw new ArgumentError(`\`${name}\` must be a positive integer, not ${String(value)}`);
}

function readTools(tools: readonly RunnableTool[]): ReadonlyMap<string, RunnableTool> {
  if (!Array.isArray(tools)) throw new ArgumentError('`tools` must be an array of tools made with tool()');
  const byName = new Map<string, RunnableTool>();
  for (const [index, tool] of (tools as readonly RunnableTool[]).entries()) {
    const name = tool?.function?.name;
    if (typeof name !== 'string' || typeof tool.execute !== 'function')
      throw new ArgumentError(`\`tools[${index}]\` is no tool; make it with tool()`);
    if (byName.has(name)) throw new ArgumentError(`Two tools are called \`${name}\``);
    byName.set(name, tool);
  }
  return byName;
}
