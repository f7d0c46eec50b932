/**
 * Streams a reply to the terminal, while it is written; Ctrl-C stops the model, and keeps what it said.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example stream [question]
 */
import { AbortError, Mistral } from 'mistral-sdk';
import { createMockMistral } from 'mistral-sdk/testing';

async function main(): Promise<void> {
  const content = process.argv[2] ?? 'Tell me about cheese.';
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());

  const stream = connect().chat.stream(
    { model: 'mistral-small-latest', messages: [{ role: 'user', content }] },
    { signal: stopped.signal },
  );
  try {
    for await (const text of stream.text()) process.stdout.write(text);
    // Nothing is asked again: the stream has put itself together meanwhile.
    const { usage, choices } = await stream.finalCompletion();
    console.log(`\n\n${usage.total_tokens} tokens, ended by ${choices[0]?.finish_reason}`);
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
    console.log('\n\nStopped.');
  }
}

/** The mock writes at about the speed of a model. */
function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  return new Mistral({ apiKey: 'mock', fetch: createMockMistral({}, { eventDelayMs: 60 }).fetch });
}

await main();
