/**
 * Asks a question, and another one about the reply.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example chat
 */
import { Mistral, textOf, type ChatMessage } from 'mistral-sdk';
import { createMockMistral, inTurn } from 'mistral-sdk/testing';

const model = 'mistral-small-latest';

async function main(): Promise<void> {
  const mistral = connect();

  // The API remembers nothing: what was said before goes along each time.
  const messages: ChatMessage[] = [{ role: 'system', content: 'Answer in one sentence.' }];
  for (const question of ['What is the capital of France?', 'And which river flows through it?']) {
    messages.push({ role: 'user', content: question });
    const reply = await mistral.chat.complete({ model, messages });
    messages.push(reply.choices[0]!.message);
    console.log(`> ${question}\n${textOf(reply)}\n(${reply.usage.total_tokens} tokens)\n`);
  }
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  const mock = createMockMistral({
    'chat.complete': inTurn('The capital of France is Paris.', 'It is the Seine.'),
  });
  return new Mistral({ apiKey: 'mock', fetch: mock.fetch });
}

await main();
