/**
 * Answers a question about a PDF, and says on which pages that is found: read by OCR, searched by embeddings, cited by the model.
 *
 * Talks to the mock API in this process, which has a document of its own, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example ask-pdf [question] [file.pdf]
 */
import { citationsOf, Mistral, textOf } from 'mistral-sdk';
import { embedAll } from 'mistral-sdk/concurrency';
import { ocrFile } from 'mistral-sdk/documents';
import { fileFromPath } from 'mistral-sdk/node';
import { citation, createMockMistral, inTurn, toolCall } from 'mistral-sdk/testing';
import { runTools, tool } from 'mistral-sdk/tools';
import { z } from 'zod';

const [question = 'Which cheese comes from the Alps?', path] = process.argv.slice(2);

async function main(): Promise<void> {
  const mistral = connect();
  const file = path === undefined ? { name: 'cheese.pdf', content: '%PDF-1.7\n' } : await fileFromPath(path);

  const { pages } = await ocrFile(mistral, file, { model: 'mistral-ocr-latest' });
  const passages = pages.flatMap(({ index, markdown }) =>
    split(markdown).map((text) => ({ page: index + 1, text })),
  );
  const embed = async (inputs: string[]) =>
    (await embedAll(mistral.embeddings, { model: 'mistral-embed', inputs })).embeddings;
  const known = await embed(passages.map(({ text }) => text));

  const found: typeof passages = [];
  const search = tool({
    name: 'search',
    description:
      'Finds passages of the document, each with its number. Cite the numbers of those that you use.',
    parameters: z.object({ query: z.string() }),
    async execute({ query }) {
      const [asked] = await embed([query]);
      const nearest = passages
        .map((passage, place) => ({ ...passage, score: dot(asked!, known[place]!) }))
        .toSorted((one, other) => other.score - one.score)
        .slice(0, 4);
      const first = found.push(...nearest) - nearest.length;
      return Object.fromEntries(
        nearest.map(({ page, text }, place) => [first + place, { title: `Page ${page}`, snippets: [text] }]),
      );
    },
  });
  const { message } = await runTools(
    mistral.chat,
    {
      model: 'mistral-medium-latest',
      messages: [{ role: 'user', content: question }],
      tool_choice: 'any', // in the first round; then the model answers
    },
    { tools: [search] },
  );

  console.log(`${question}\n${textOf(message)}`);
  for (const { reference_ids = [] } of citationsOf(message)) {
    for (const passage of reference_ids.map((id) => found[Number(id)]))
      console.log(`  page ${passage?.page}: ${passage?.text}`);
  }
}

/** Paragraphs, put together up to a length that is worth finding. */
function split(text: string, maxCharacters = 800): string[] {
  const passages: string[] = [];
  for (const paragraph of text.split(/\n{2,}/)) {
    const last = passages.at(-1);
    if (last && last.length + paragraph.length < maxCharacters)
      passages[passages.length - 1] = `${last}\n\n${paragraph}`;
    else passages.push(paragraph);
  }
  return passages;
}

/** How near two embeddings are; those of Mistral have the length 1. */
const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, place) => sum + value * other[place]!, 0);

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  const texts = [
    'Brie is soft, and comes from the plains near Paris.',
    'Reblochon is a cheese from the French Alps.',
    'Roquefort ripens in caves, for at least three months.',
  ];
  const mock = createMockMistral({
    'ocr.process': (_, usual) => ({
      ...usual,
      pages: texts.map((markdown, index) => ({ ...usual.pages[0]!, index, markdown })),
    }),
    // Says what the search found first.
    'chat.complete': inTurn([toolCall('search', { query: question })], ({ params }) => {
      const found = JSON.parse(textOf(params.messages.at(-1))) as { snippets: string[] }[];
      return [found[0]!.snippets[0]!, citation(0)];
    }),
  });
  return new Mistral({ apiKey: 'mock', fetch: mock.fetch });
}

await main();
