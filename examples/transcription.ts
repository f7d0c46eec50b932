/**
 * Transcribes a recording, and shows the text while it is made; for sound that is still being made, see `realtime`.
 *
 * Talks to the mock API in this process, which hears the same in every file, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example transcription [file]
 */
import { Mistral } from 'mistral-sdk';
import { fileFromPath } from 'mistral-sdk/node';
import { createMockMistral } from 'mistral-sdk/testing';

async function main(): Promise<void> {
  const path = process.argv[2];
  if (path === undefined && process.env.MISTRAL_API_KEY)
    throw new Error('The real API needs a recording: npm run example transcription speech.mp3');
  const file = path === undefined ? { name: 'order.mp3', content: 'two coffees' } : await fileFromPath(path);

  const stream = connect().audio.transcriptions.stream({ model: 'voxtral-mini-latest', file });
  for await (const event of stream) {
    if (event.type === 'transcription.language') console.log(`(${event.audio_language})`);
    if (event.type === 'transcription.text.delta') process.stdout.write(event.text);
  }
  const { text, usage } = await stream.finalTranscription();
  console.log(`\n\n${text.length} characters of ${usage.prompt_audio_seconds ?? '?'} s`);
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  return new Mistral({ apiKey: 'mock', fetch: createMockMistral({}, { eventDelayMs: 100 }).fetch });
}

await main();
