import type { ContentBlock, InvalidToolCall, MessageContent, UsageMetadata } from '@langchain/core/messages';
import type { ToolCall as LangChainToolCall } from '@langchain/core/messages/tool';

import type { ChatCompletionResponse, CompletionChunk, ToolCall } from '../../generated/types.gen.js';
import { thoughtsIn } from '../content/blocks-of.js';
import { reportedCachedTokens } from '../content/cached-tokens-of.js';
import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import { unfinishedBy } from '../messages/finish.js';
import { normalizeContent, type Block } from '../messages/normalize-content.js';
import { textOfArguments } from '../messages/tool-call-arguments.js';
import { makeToolCallId } from '../messages/tool-call-id.js';
import { provider } from './wire-messages.js';

/** Content of the API as blocks of LangChain: thinking is `reasoning`; others, such as references, stay as they are. */
export function blocksOfContent(content: unknown): Block[] {
  const given = normalizeContent(content);
  const blocks = typeof given === 'string' ? [{ type: 'text', text: given }] : (given ?? []);
  return blocks.flatMap(langChainBlocks).filter(({ type, text }) => type !== 'text' || text !== '');
}

function langChainBlocks(block: Block): Block[] {
  if (block.type !== 'thinking') return [block];
  const { thinking: _thinking, type: _type, ...rest } = block;
  return thoughtsIn(block).map((thought) =>
    // What is thought about stands next to the thought.
    thought.type === 'text' ? { ...rest, type: 'reasoning', reasoning: thought.text } : { ...thought },
  );
}

/** Text as a string, if there is nothing else. */
export const contentOf = (blocks: readonly Block[]): MessageContent =>
  blocks.every(isText)
    ? blocks.map(({ text }) => text).join('')
    : // Each has a type.
      (blocks as ContentBlock[]);

export const isText = ({ type }: Block): boolean => type === 'text';

/** Why a call must not run: its reply is incomplete, or its arguments are not a JSON object. */
export function faultOfCall({ function: { name, arguments: given } }: ToolCall, reason: unknown) {
  if (unfinishedBy(reason)) return `the reply ended early, with finish_reason ${JSON.stringify(reason)}`;
  if (name === '') return 'the call has no name';
  const text = textOfArguments(given);
  return text === '' || isRecord(parseOrKeep(text)) ? undefined : 'the arguments are not a JSON object';
}

/** The calls of a reply: those that may run, and the others. */
export function langChainCalls(
  calls: readonly ToolCall[],
  reason: unknown,
  seed: string,
): { readonly tool_calls: LangChainToolCall[]; readonly invalid_tool_calls: InvalidToolCall[] } {
  const valid: LangChainToolCall[] = [];
  const invalid: InvalidToolCall[] = [];
  const taken = new Set<string>();
  for (const call of calls) {
    const id = takeId(call, seed, taken);
    const { name, arguments: given } = call.function;
    const args = textOfArguments(given);
    const error = faultOfCall(call, reason);
    if (error === undefined)
      // Checked to be an object.
      valid.push({ type: 'tool_call', id, name, args: args === '' ? {} : (JSON.parse(args) as Block) });
    else invalid.push({ type: 'invalid_tool_call', id, name, args, error });
  }
  return { tool_calls: valid, invalid_tool_calls: invalid };
}

/** The id of a call, which the server may have omitted or given twice. */
export function takeId({ id }: ToolCall, seed: string, taken: Set<string>): string {
  const free = id === undefined || taken.has(id) ? makeToolCallId(`${seed}.${taken.size}`, taken) : id;
  taken.add(free);
  return free;
}

/** The usage in LangChain's terms; `undefined` if the server says nothing. */
export function usageMetadataOf(usage: unknown): UsageMetadata | undefined {
  if (!isRecord(usage)) return undefined;
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage;
  const { reasoning_tokens: reasoning } = isRecord(usage.completion_tokens_details)
    ? usage.completion_tokens_details
    : {};
  const [input_tokens, output_tokens] = [countOf(input), countOf(output)];
  const cached = reportedCachedTokens(usage);
  return {
    input_tokens,
    output_tokens,
    total_tokens: countOf(total ?? input_tokens + output_tokens),
    ...(cached === undefined ? {} : { input_token_details: { cache_read: cached } }),
    ...(typeof reasoning === 'number' ? { output_token_details: { reasoning } } : {}),
  };
}

const countOf = (count: unknown): number => (typeof count === 'number' ? count : 0);

/** What a message says about the response that it is of. */
export const responseMetadata = (
  {
    model,
    created,
    usage,
  }: Pick<Partial<ChatCompletionResponse & CompletionChunk>, 'model' | 'created' | 'usage'>,
  finishReason: unknown,
): Block => ({
  model_provider: provider,
  model,
  model_name: model,
  created,
  finish_reason: finishReason,
  usage,
});
