/**
 * Searches a handful of sentences by what they mean, with embeddings.
 *
 * Talks to the mock API in this process, whose embeddings see words and no meaning, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example embeddings [question]
 */
import { Mistral } from 'mistral-sdk';
import { createMockMistral } from 'mistral-sdk/testing';

const sentences = [
  'Reblochon is a soft cheese from the French Alps.',
  'The Seine flows through Paris before it reaches the sea.',
  'Bread rises because yeast turns sugar into carbon dioxide.',
  'A sourdough bread keeps fresh longer than one with yeast alone.',
  'The night train from Paris to Nice arrives in the morning.',
  'Cats sleep for most of the day, and hunt at dusk.',
];

async function main(): Promise<void> {
  const mistral = connect();
  const question = process.argv[2] ?? 'Why does bread rise?';

  // All sentences in one request; keep their embeddings, as they do not change.
  const [asked, ...known] = await embed(mistral, [question, ...sentences]);
  const ranked = sentences
    .map((sentence, place) => ({ sentence, score: similarity(asked!, known[place]!) }))
    .toSorted((a, b) => b.score - a.score);

  console.log(question);
  for (const { sentence, score } of ranked.slice(0, 3)) console.log(`  ${score.toFixed(2)}  ${sentence}`);
}

async function embed(mistral: Mistral, input: string[]): Promise<number[][]> {
  const { data } = await mistral.embeddings.create({ model: 'mistral-embed', input });
  return data.map(({ embedding = [] }) => embedding);
}

/** The cosine of the angle between two embeddings: 1 for the same direction. */
function similarity(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, place) => sum + value * b[place]!, 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  return new Mistral({ apiKey: 'mock', fetch: createMockMistral().fetch });
}

await main();
