/**
 * A reply by schema, as it arrives and then as a whole; and one that does not fit.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example structured-output
 */
import { Mistral } from 'mistral-sdk';
import { structured, StructuredOutputError } from 'mistral-sdk/structured';
import { createMockMistral } from 'mistral-sdk/testing';
import { z } from 'zod';

const Book = z.object({
  title: z.string(),
  year: z.int().min(1450),
  authors: z.array(z.object({ name: z.string() })).min(1),
});

const question = {
  model: 'mistral-small-latest',
  messages: [
    { role: 'user' as const, content: 'I liked Candide, by Voltaire, of 1759. Which book is that?' },
  ],
};

async function main(): Promise<void> {
  const chat = structured(connect().chat);

  const stream = chat.stream({ ...question, response_format: Book });
  for await (const partly of stream) console.log(JSON.stringify(partly));
  const { parsed, completion } = await stream.finalParsed();
  console.log(`${parsed.title}, ${parsed.year}: ${completion.usage.total_tokens} tokens`);

  const Impossible = Book.refine(({ year }) => year > 3000, { path: ['year'], message: 'not of our time' });
  try {
    await chat.parse({ ...question, response_format: Impossible });
  } catch (error) {
    if (!(error instanceof StructuredOutputError)) throw error;
    console.log(`${error.reason}: ${error.message}\nThe model wrote ${error.text}`);
  }
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  return new Mistral({ apiKey: 'demo-key', fetch: createMockMistral({}, { eventDelayMs: 60 }).fetch });
}

await main();
