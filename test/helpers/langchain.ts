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

/** Chunks with these deltas, the last with the reason. */
const deltas = (parts: readonly object[], finish_reason = 'stop') =>
  [...parts, {}].map((delta, place) => ({
    id: 'cmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'mistral-small-2603',
    choices: [{ index: 0, delta, finish_reason: place === parts.length ? finish_reason : null }],
    ...(place === parts.length ? { usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } } : {}),
  }));

/** What the server sends, whether the description allows it or not. */
export const streamedResponse = (parts: readonly object[], reason?: string): Response =>
  new Response(
    `${deltas(parts, reason)
      .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
      .join('')}data: [DONE]\n\n`,
    { headers: { 'content-type': 'text/event-stream' } },
  );

/** A chat model to which the server sends these deltas. */
export const streamedChat = (parts: readonly object[], reason?: string): ChatMistral =>
  mockedChat({ 'chat.stream': () => streamedResponse(parts, reason) }).model;

/** The chunks of a stream added up, as LangChain does it. */
export async function addedUp(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) whole = whole ? whole.concat(chunk) : chunk;
  if (!whole) throw new Error('The stream has no chunks');
  return whole;
}
