/**
 * Holds a conversation that the API remembers, streams each reply, and reads it all back.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example conversation
 */
import { Mistral, textOf } from 'mistral-sdk';
import { createMockMistral } from 'mistral-sdk/testing';

async function main(): Promise<void> {
  const { conversations } = connect().beta;

  const first = 'My name is Ada. What is a good name for a cat?';
  console.log(`> ${first}`);
  const start = conversations.startStream({ model: 'mistral-small-latest', inputs: first });
  for await (const text of start.text()) process.stdout.write(text);
  const { conversation_id } = await start.finalResponse();

  // Only what is new is sent: the API has the rest.
  const second = 'And what is mine?';
  console.log(`\n> ${second}`);
  const append = conversations.appendStream({ conversation_id, inputs: second });
  for await (const text of append.text()) process.stdout.write(text);

  const { messages } = await conversations.getMessages({ conversation_id });
  console.log(`\n\n${conversation_id} has ${messages.length} messages:`);
  for (const message of messages) console.log(`  ${message.role}: ${textOf(message)}`);
  await conversations.delete({ conversation_id });
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  const said = [
    'My name is Ada. What is a good name for a cat?',
    'Brie.',
    'And what is mine?',
    'Ada, you said.',
  ];
  const mock = createMockMistral(
    {
      'beta.conversations.startStream': ['Brie', '.'],
      'beta.conversations.appendStream': ['Ada', ',', ' you', ' said', '.'],
      'beta.conversations.getMessages': (_, usual) => ({
        ...usual,
        messages: said.map((content, place) => ({
          type: 'message.input',
          role: place % 2 === 0 ? 'user' : 'assistant',
          content,
        })),
      }),
    },
    { eventDelayMs: 60 },
  );
  return new Mistral({ apiKey: 'mock', fetch: mock.fetch });
}

await main();
