import { AIMessage } from '@langchain/core/messages';
import type { ChatGeneration, ChatResult } from '@langchain/core/outputs';

import type { ChatCompletionResponse, ToolCall } from '../../generated/types.gen.js';
import { seedOf } from '../content/message-of.js';
import { textOf } from '../content/text-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { normalizeToolCalls } from '../messages/normalize-tool-call.js';
import { appendToolCall } from '../streaming/merge-tool-calls.js';
import {
  blocksOfContent,
  contentOf,
  langChainCalls,
  responseMetadata,
  usageMetadataOf,
} from './reply-fields.js';

/** @throws {MistralError} if the completion has no choices. */
export function chatResult(completion: ChatCompletionResponse): ChatResult {
  const [choice] = completion?.choices ?? [];
  if (!isRecord(choice) || !isRecord(choice.message)) throw new MistralError('The completion has no choices');
  const { message: said, finish_reason, index } = choice;
  const calls: ToolCall[] = [];
  for (const part of normalizeToolCalls(said.tool_calls)) appendToolCall(calls, part, 0);
  const usage_metadata = usageMetadataOf(completion.usage);
  const message = new AIMessage({
    id: completion.id,
    content: contentOf(blocksOfContent(said.content)),
    ...langChainCalls(calls, finish_reason, seedOf(completion, index)),
    ...(usage_metadata && { usage_metadata }),
    response_metadata: responseMetadata(completion, finish_reason),
  });
  const generation: ChatGeneration = {
    text: textOf(said.content),
    message,
    generationInfo: { finish_reason },
  };
  return {
    generations: [generation],
    llmOutput: usage_metadata && {
      tokenUsage: {
        promptTokens: usage_metadata.input_tokens,
        completionTokens: usage_metadata.output_tokens,
        totalTokens: usage_metadata.total_tokens,
      },
    },
  };
}
