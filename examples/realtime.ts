/**
 * Transcribes a WAV file as live audio, and shows the text as it comes.
 *
 * The file is made here, a tone of two seconds, so that nothing is needed; another is transcribed if its path is given.
 * Talks to the mock API, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example realtime [file.wav]
 */
import { createReadStream } from 'node:fs';

import { Mistral } from 'mistral-sdk';
import { audioFromWav, toPcmS16le, transcribeStream } from 'mistral-sdk/realtime/node';
import { createMockMistral } from 'mistral-sdk/testing';

const [path] = process.argv.slice(2);

async function main(): Promise<void> {
  const { audio, audioFormat } = await audioFromWav(path ? createReadStream(path) : twoSecondsOfTone());
  console.log(`${audioFormat.encoding} at ${audioFormat.sample_rate} Hz`);

  const { mistral, WebSocket } = connect();
  const model = 'voxtral-mini-transcribe-realtime-2602';
  const live = transcribeStream(mistral, audio, { model, audioFormat, WebSocket });
  for await (const text of live.text()) process.stdout.write(text);

  const { language, usage } = await live.result();
  console.log(`\nlanguage ${language ?? 'unknown'}, ${usage?.prompt_audio_seconds ?? '?'} s were counted`);
}

/** A WAV file: 16 kHz, one channel, 16 bits, 440 Hz. */
function twoSecondsOfTone(): Uint8Array {
  const sampleRate = 16_000;
  const wave = (_: unknown, index: number) => Math.sin((index * 2 * Math.PI * 440) / sampleRate) / 4;
  const samples = toPcmS16le(Float32Array.from({ length: 2 * sampleRate }, wave));
  const header = Buffer.from(
    'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\x02\0\x10\0data\0\0\0\0',
    'latin1',
  );
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, samples]);
}

function connect() {
  if (process.env.MISTRAL_API_KEY) return { mistral: new Mistral() };
  const { fetch, WebSocket } = createMockMistral({}, { eventDelayMs: 60 });
  return { mistral: new Mistral({ apiKey: 'mock', fetch }), WebSocket };
}

await main();
