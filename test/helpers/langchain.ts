import type { AIMessageChunk } from '@langchain/core/messages';

import { ChatMistral, type ChatMistralOptions } from '../../src/langchain/index.js';
import { createMockMistral, type MockMistral, type MockResponses } from '../../src/testing/index.js';
import { client } from './api.js';

/** A chat model over a mock with these responses. */
export function mockedChat(
  responses: MockResponses = {},
  options: Partial<ChatMistralOptions> = {},
): { readonly mock: MockMistral; readonly model: ChatMistral } {
  const mock = createMockMistral(responses);
  const mistral = client({ fetch: mock.fetch });
  return { mock, model: new ChatMistral({ client: mistral, model: 'mistral-small-latest', ...options }) };
}

/** The chunks of a stream added up, as LangChain does it. */
export async function addedUp(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) whole = whole ? whole.concat(chunk) : chunk;
  if (!whole) throw new Error('The stream has no chunks');
  return whole;
}
