import { createMistral, type LanguageModelCall, type StreamPart } from '../../src/ai-sdk/index.js';
import { Mistral, type MistralOptions } from '../../src/client.js';
import { createMockMistral, type MockResponses } from '../../src/testing/index.js';

/** A provider over the mock API, and the mock. */
export function mockedProvider(responses: MockResponses = {}, options: Partial<MistralOptions> = {}) {
  const mock = createMockMistral(responses);
  const client = new Mistral({
    apiKey: 'test-key-0123456789',
    fetch: mock.fetch,
    logLevel: 'off',
    maxRetries: 0,
    ...options,
  });
  return { mock, client, provider: createMistral(client) };
}

/** A prompt of one user message. */
export const asking = (text = 'Bonjour'): Pick<LanguageModelCall, 'prompt'> => ({
  prompt: [{ role: 'user', content: [{ type: 'text', text }] }],
});

/** The parts of a stream. */
export async function partsIn(stream: ReadableStream<StreamPart>): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}
