import type { ChatMessage, ContentChunkParam, ToolCall } from '../../generated/types.gen.js';
import { normalizeToolIds } from '../messages/normalize-tool-ids.js';
import { orderMessages } from '../messages/order-messages.js';
import { requestContent } from '../messages/request-message.js';
import { requestName } from '../messages/request-name.js';
import { wellFormedIn } from '../messages/well-formed-in.js';
import { fileChunk, textChunk } from './file-chunk.js';
import type { PromptMessage, ReasoningPart, ToolResultPart } from './language-model-v3.js';
import type { Warning } from './shared-v3.js';
import { toolOutputOf } from './tool-output.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The messages of a prompt as the API takes them. A history from elsewhere is repaired: ids of tool calls become nine letters and
 * digits, and what the API would refuse in the order of messages is changed, with a warning.
 */
export function chatMessagesOf(prompt: readonly PromptMessage[], warnings: Warning[]): ChatMessage[] {
  const messages = prompt.flatMap((message, index) =>
    messagesOf(message, warnings).map((each) => ({ index, message: each })),
  );
  const ordered = orderMessages(messages, (index, _rule, problem, repair) =>
    warnings.push({
      type: 'compatibility',
      feature: 'prompt',
      details: `prompt[${index}]: ${problem}. ${repair}`,
    }),
  ).map(({ message }) => message);
  const last = ordered.at(-1);
  // The model continues it.
  if (last?.role === 'assistant') ordered[ordered.length - 1] = { ...last, prefix: true };
  // Each was made as a message of a request below.
  return normalizeToolIds(wellFormedIn(ordered) as ChatMessage[]);
}

function messagesOf(message: PromptMessage, warnings: Warning[]): Fields[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.content }];
    case 'user':
      return [
        {
          role: 'user',
          content: simplest(
            message.content.map((part) => (part.type === 'text' ? textChunk(part.text) : fileChunk(part))),
          ),
        },
      ];
    case 'assistant':
      return assistantMessages(message.content, warnings);
    case 'tool':
      // Whether a call was approved is in its result.
      return message.content.flatMap((part) =>
        part.type === 'tool-result' ? [toolMessage(part, warnings)] : [],
      );
  }
}

/** What follows a result, as after a tool that another provider ran, is a message of its own. */
function assistantMessages(
  parts: Extract<PromptMessage, { role: 'assistant' }>['content'],
  warnings: Warning[],
): Fields[] {
  const messages: Fields[] = [];
  let content: ContentChunkParam[] = [];
  let calls: ToolCall[] = [];
  const endMessage = () => {
    if (content.length + calls.length > 0)
      messages.push({
        role: 'assistant',
        // It merges what it was given.
        content: simplest((requestContent(content) ?? []) as object[] as ContentChunkParam[]),
        ...(calls.length > 0 ? { tool_calls: calls } : {}),
      });
    content = [];
    calls = [];
  };
  for (const part of parts)
    switch (part.type) {
      case 'text':
        content.push(textChunk(part.text));
        break;
      case 'reasoning':
        content.push(...thinkingChunks(part));
        break;
      case 'file':
        content.push(fileChunk(part));
        break;
      case 'tool-call':
        calls.push({
          id: part.toolCallId,
          type: 'function',
          function: { name: requestName(part.toolName), arguments: argumentsOf(part.input) },
        });
        break;
      case 'tool-result':
        endMessage();
        messages.push(toolMessage(part, warnings));
        break;
      default:
        warnings.push({ type: 'unsupported', feature: `message part of the type ${part.type}` });
    }
  endMessage();
  return messages;
}

const argumentsOf = (input: unknown): string =>
  typeof input === 'string' ? input : JSON.stringify(input ?? {});

/** As the model wrote it, with what only the API understands: see `ReplyParts`. Of another model's, only text is left. */
function thinkingChunks({ text, providerOptions }: ReasoningPart): ContentChunkParam[] {
  const fields = providerOptions?.mistral;
  if (text === '' && !fields) return [];
  const thinking = text === '' ? [] : [textChunk(text)];
  // What the API sent, which the AI SDK keeps as it is.
  return [{ thinking, ...fields, type: 'thinking' } as ContentChunkParam];
}

const toolMessage = ({ toolCallId, toolName, output }: ToolResultPart, warnings: Warning[]): Fields => ({
  role: 'tool',
  name: requestName(toolName),
  tool_call_id: toolCallId,
  content: simplest(toolOutputOf(output, warnings)),
});

/** Text by itself is a string, and so is nothing. */
function simplest(chunks: readonly ContentChunkParam[]): string | readonly ContentChunkParam[] {
  const [first = textChunk(''), ...rest] = chunks;
  return rest.length === 0 && first.type === 'text' ? first.text : chunks;
}
