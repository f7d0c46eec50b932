import type { ChatCompletionRequest, ChatCompletionResponse, UsageInfo } from '../../generated/types.gen.js';
import { textOf } from '../content/text-of.js';
import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { requireSync } from '../errors/require-sync.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import { unknownKey } from '../internal/unknown-key.js';
import type { RequestOptions } from '../resources/method.js';
import { sumUsage } from './sum-usage.js';

type Message = ChatCompletionRequest['messages'][number];

/** Options of {@link compactMessages}. */
export interface CompactOptions {
  /** Messages that count more tokens than this are compacted. */
  readonly maxTokens: number;
  /**
   * How many tokens of the latest messages stay as they are. The further it is below `maxTokens`, the longer the next
   * compaction is off, and each one costs what was in the cache of prompts.
   *
   * @default half of `maxTokens`
   */
  readonly keepTokens?: number | undefined;
  /**
   * How the messages that are left out are summarized: by a model, or by a function of yours. Without it, they are left out
   * without a trace for the model.
   */
  readonly summarize?:
    SummaryModel | ((messages: readonly Message[]) => string | PromiseLike<string>) | undefined;
  /**
   * Counts the tokens of a message.
   *
   * @default an estimate: a token for every four characters of its JSON
   */
  readonly countTokens?: ((message: Message) => number) | undefined;
}

/** A model that summarizes, and the client to ask it with. */
export interface SummaryModel {
  /** `mistral.chat`, or a double with its `complete`. */
  readonly client: {
    complete(params: SummaryParams, options?: RequestOptions): PromiseLike<ChatCompletionResponse>;
  };
  readonly model: string;
  /**
   * The maximum length of the summary, in tokens.
   *
   * @default 500
   */
  readonly maxTokens?: number | undefined;
  /** Options of the request. */
  readonly request?: RequestOptions | undefined;
}

interface SummaryParams {
  model: string;
  messages: ChatCompletionRequest['messages'];
  max_tokens: number;
}

/** The result of {@link compactMessages}. */
export interface CompactedMessages {
  /** What to send: the given messages themselves, if they are short enough. */
  readonly messages: Message[];
  /** The messages that were left out, in their order; empty if nothing was. */
  readonly removed: readonly Message[];
  /** What stands in `messages` for those; absent without `summarize`. */
  readonly summary?: string;
  /** What the summary cost, by a model. */
  readonly usage?: UsageInfo;
}

const names = ['maxTokens', 'keepTokens', 'summarize', 'countTokens'] satisfies (keyof CompactOptions)[];

/**
 * Shorten a history to a budget of tokens: its beginning is left out, and a summary of it put in its place.
 *
 * System messages at the front stay, and so do the latest messages. A tool call is never separated from its results, and the last message
 * of a user stays even if only replies and results follow it. If what must stay is longer than the budget, it stays all the same.
 *
 * @throws {ArgumentError} for invalid options.
 * @throws {MistralError} if the summary fails.
 *
 * @example
 * ```ts
 * import { compactMessages } from 'mistral-sdk/tools';
 *
 * const { messages: shorter, removed } = await compactMessages(messages, {
 *   maxTokens: 20_000,
 *   summarize: { client: mistral.chat, model: 'mistral-small-latest' },
 * });
 * console.log(removed.length, 'messages left out of', shorter.length + removed.length);
 * ```
 */
export async function compactMessages(
  messages: readonly Message[],
  options: CompactOptions,
): Promise<CompactedMessages> {
  const { maxTokens, keepTokens, countTokens, summarize } = readOptions(options);
  if (!Array.isArray(messages) || !(messages as readonly unknown[]).every(isRecord))
    throw new ArgumentError('The messages must be an array of messages');
  const all = messages as readonly Message[];
  const count = (list: readonly Message[]) =>
    list.reduce((sum, message) => sum + requireCount(requireSync(countTokens(message), '`countTokens`')), 0);
  if (count(all) <= maxTokens) return { messages: [...all], removed: [] };

  const head = all.slice(
    0,
    all.findIndex(({ role }) => role !== 'system'),
  );
  const units = unitsOf(all.slice(head.length));
  let budget = keepTokens - count(head);
  let first = units.length - 1;
  for (budget -= count(units[first]!); first > 0; first -= 1) {
    budget -= count(units[first - 1]!);
    if (budget < 0) break;
  }
  const tail = units.slice(first).flat();
  const left = units.slice(0, first).flat();
  const task = tail.some(isUser) ? undefined : left.findLast(isUser);
  const removed = left.filter((message) => message !== task);
  if (removed.length === 0) return { messages: [...all], removed };

  const { summary, usage } = await summarize(removed);
  const told: Message[] =
    summary === undefined
      ? []
      : [{ role: 'user', content: `[A summary of the conversation before, which was left out]\n${summary}` }];
  return {
    messages: [...head, ...told, ...(task ? [task] : []), ...tail],
    removed,
    ...(summary === undefined ? {} : { summary }),
    ...(usage ? { usage } : {}),
  };
}

/** A `prepareRound` that keeps a history short; see {@link compactRounds}. */
export interface CompactedRounds {
  (progress: { readonly messages: readonly Message[] }): Promise<{ messages: Message[] }>;
  /** What the summaries have cost so far. */
  readonly usage: UsageInfo | undefined;
}

/**
 * {@link compactMessages} before each round of a run: the `prepareRound` of {@link runTools}. The history of the run keeps all of it.
 *
 * What was summarized is not summarized again from its beginning: the next summary is one of the last summary and what followed it.
 * Make one for each run.
 *
 * @throws {ArgumentError} for invalid options.
 *
 * @example
 * ```ts
 * import { compactRounds, runTools } from 'mistral-sdk/tools';
 *
 * const run = await runTools(
 *   mistral.chat,
 *   { model, messages },
 *   {
 *     tools: [],
 *     maxRounds: 100,
 *     prepareRound: compactRounds({
 *       maxTokens: 60_000,
 *       summarize: { client: mistral.chat, model: 'mistral-small-latest' },
 *     }),
 *   },
 * );
 * console.log(run.messages.length, 'messages, none of them lost');
 * ```
 */
export function compactRounds(options: CompactOptions): CompactedRounds {
  readOptions(options);
  /** What is sent instead of the first messages of the history. */
  let sent: readonly Message[] = [];
  let covered = 0;
  let usage: UsageInfo | undefined;
  const prepare = async ({ messages }: { readonly messages: readonly Message[] }) => {
    const compacted = await compactMessages([...sent, ...messages.slice(covered)], options);
    sent = compacted.messages;
    covered = messages.length;
    usage = sumUsage(usage, compacted.usage);
    return { messages: [...compacted.messages] };
  };
  return Object.defineProperty(prepare, 'usage', { get: () => usage }) as unknown as CompactedRounds;
}

/** Messages that belong together: a reply that calls tools, with the results. */
function unitsOf(messages: readonly Message[]): Message[][] {
  const units: Message[][] = [];
  for (const message of messages) {
    if (message.role === 'tool' && units.length > 0) units.at(-1)!.push(message);
    else units.push([message]);
  }
  return units;
}

const isUser = ({ role }: Message): boolean => role === 'user';

type Summarize = (
  messages: readonly Message[],
) => Promise<{ readonly summary?: string; readonly usage?: UsageInfo }>;

function readOptions(options: CompactOptions): {
  readonly maxTokens: number;
  readonly keepTokens: number;
  readonly countTokens: (message: Message) => number;
  readonly summarize: Summarize;
} {
  if (!isRecord(options)) throw new ArgumentError('The options must be an object with `maxTokens`');
  const problem = unknownKey(options, names, 'A compaction', { max_tokens: 'maxTokens' });
  if (problem) throw new ArgumentError(problem);
  const { maxTokens, countTokens = estimate, summarize } = options;
  const { keepTokens = Math.floor(maxTokens / 2) } = options;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new ArgumentError(`\`maxTokens\` must be a positive integer, not ${String(maxTokens)}`);
  if (!Number.isInteger(keepTokens) || keepTokens < 0 || keepTokens > maxTokens)
    throw new ArgumentError(
      `\`keepTokens\` must be an integer from 0 to \`maxTokens\`, not ${String(keepTokens)}`,
    );
  if (typeof countTokens !== 'function') throw new ArgumentError('`countTokens` must be a function');
  return { maxTokens, keepTokens, countTokens, summarize: readSummarize(summarize) };
}

function requireCount(tokens: unknown): number {
  if (typeof tokens === 'number' && tokens >= 0) return tokens;
  throw new ArgumentError(`\`countTokens\` must return a number of tokens, not ${kindOf(tokens)}`);
}

const estimate = (message: Message): number => Math.ceil(JSON.stringify(message).length / 4);

function readSummarize(given: CompactOptions['summarize']): Summarize {
  if (given === undefined) return () => Promise.resolve({});
  if (typeof given === 'function')
    return async (messages) => {
      const summary: unknown = await given(messages);
      if (typeof summary !== 'string')
        throw new ArgumentError(`\`summarize\` must return a text, not ${kindOf(summary)}`);
      return { summary };
    };
  if (!isRecord(given) || typeof given.client?.complete !== 'function' || typeof given.model !== 'string')
    throw new ArgumentError(
      '`summarize` must be a function, or an object such as { client: mistral.chat, model: "mistral-small-latest" }',
    );
  return (messages) => summarizeBy(given, messages);
}

const instructions =
  'Summarize the conversation that the user gives you as JSON, for the assistant in it to go on from your summary alone. ' +
  'Keep what was asked for, what was decided and why, what is still to be done, and every fact, name, number and id that may be needed. ' +
  'Write nothing but the summary, in the language of the conversation.';

async function summarizeBy(
  { client, model, maxTokens = 500, request }: SummaryModel,
  messages: readonly Message[],
): ReturnType<Summarize> {
  const response = await client.complete(
    {
      model,
      messages: [
        { role: 'system', content: instructions },
        { role: 'user', content: JSON.stringify(messages) },
      ],
      max_tokens: maxTokens,
    },
    request,
  );
  const summary = textOf(response);
  if (summary === '') throw new MistralError(`${model} wrote no summary`);
  return { summary, usage: response.usage };
}
