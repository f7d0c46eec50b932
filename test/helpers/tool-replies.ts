import type {
  ChatCompletionResponse,
  CompletionChunk,
  ConversationResponse,
  ToolCall,
} from '../../generated/types.gen.js';
import { eventStream, sse } from './event-stream.js';

type Output = ConversationResponse['outputs'][number];

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** A call as the model writes it. */
export const call = (id: string | undefined, name: string, args: unknown = {}): ToolCall => ({
  ...(id === undefined ? {} : { id }),
  type: 'function',
  function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
});

/** A completion that calls tools, of 15 tokens. */
export const calling = (...calls: readonly ToolCall[]): ChatCompletionResponse =>
  completion({ role: 'assistant', content: '', tool_calls: [...calls] }, 'tool_calls');

/** A completion that is an answer, of 15 tokens. */
export const saying = (content: string): ChatCompletionResponse =>
  completion({ role: 'assistant', content }, 'stop');

const completion = (
  message: ChatCompletionResponse['choices'][number]['message'],
  finish_reason: string,
): ChatCompletionResponse => ({
  id: 'cmpl-1',
  object: 'chat.completion',
  model: 'm',
  created: 1,
  usage,
  choices: [{ index: 0, message, finish_reason }],
});

/** A completion as it is streamed: its text word by word, and each call in two halves. */
export function streamed(whole: ChatCompletionResponse): CompletionChunk[] {
  const { message, finish_reason } = whole.choices[0]!;
  const words = typeof message.content === 'string' ? message.content.split(/(?<= )/) : [];
  const deltas = [
    ...words.map((content) => ({ content })),
    ...(message.tool_calls ?? []).flatMap(({ id, function: { name, arguments: given } }, index) => {
      const text = given as string;
      const half = Math.ceil(text.length / 2);
      return [
        { tool_calls: [{ id, index, function: { name, arguments: text.slice(0, half) } }] },
        { tool_calls: [{ index, function: { name: '', arguments: text.slice(half) } }] },
      ];
    }),
  ];
  return deltas.map((delta, place) => ({
    id: 'cmpl-1',
    model: 'm',
    ...(place === deltas.length - 1 ? { usage: whole.usage } : {}),
    choices: [{ index: 0, delta, finish_reason: place === deltas.length - 1 ? finish_reason : null! }],
  })) as CompletionChunk[];
}

/** A line of a script that answers in JSON. */
export const json = (body: unknown) => () => Response.json(body);

/** A line of a script that streams events. */
export const events =
  (list: readonly unknown[], end: readonly unknown[] = ['[DONE]']) =>
  () =>
    eventStream(sse(...list, ...end));

/** The response of a conversation, of 15 tokens. */
export const conversing = (...outputs: readonly Output[]): ConversationResponse => ({
  object: 'conversation.response',
  conversation_id: 'conv_1',
  outputs: [...outputs],
  usage,
});

export const functionCall = (id: string, name: string, args: unknown = {}, status?: 'pending'): Output => ({
  type: 'function.call',
  tool_call_id: id,
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
  ...(status ? { confirmation_status: status } : {}),
});

export const message = (content: string): Output => ({
  type: 'message.output',
  role: 'assistant',
  content,
});
