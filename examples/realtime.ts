/**
 * Transcribes a WAV file as if it were spoken now, and shows the text as it comes.
 *
 * The file is made here, a tone of two seconds, so that nothing is needed; another is transcribed if its path is given.
 * Talks to the mock API, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example realtime [file.wav]
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { Mistral } from 'mistral-sdk';
import { audioDurationMs, toPcmS16le, transcribeStream, type AudioFormat } from 'mistral-sdk/realtime/node';
import { createMockMistral } from 'mistral-sdk/testing';

const pieceMs = 100;

async function main(): Promise<void> {
  const path = process.argv[2];
  const { audioFormat, audio } = readWav(path === undefined ? twoSecondsOfTone() : readFileSync(path));
  const seconds = audioDurationMs(audio.byteLength, audioFormat) / 1000;
  console.log(`${seconds} s of ${audioFormat.encoding} at ${audioFormat.sample_rate} Hz`);

  const isReal = process.env.MISTRAL_API_KEY !== undefined;
  const mistral = isReal ? new Mistral() : new Mistral({ apiKey: 'example-key' });
  const live = transcribeStream(mistral, asItIsSpoken(audio, audioFormat), {
    model: 'voxtral-mini-transcribe-realtime-2602',
    audioFormat,
    ...(isReal ? {} : { WebSocket: createMockMistral().WebSocket }),
  });
  for await (const text of live.text()) process.stdout.write(text);

  const { language, usage } = await live.result();
  console.log(`\nlanguage ${language ?? 'unknown'}, ${usage?.prompt_audio_seconds ?? '?'} s were counted`);
}

/** A microphone gives no more than there was time for. */
async function* asItIsSpoken(audio: Uint8Array, audioFormat: AudioFormat): AsyncGenerator<Uint8Array> {
  const pieceBytes = Math.round(
    (audio.byteLength * pieceMs) / audioDurationMs(audio.byteLength, audioFormat),
  );
  for (let start = 0; start < audio.byteLength; start += pieceBytes) {
    yield audio.subarray(start, start + pieceBytes);
    await sleep(pieceMs);
  }
}

/** The samples of a WAV file of one channel and 16 bits; the API takes no header. */
function readWav(file: Uint8Array): { audioFormat: AudioFormat; audio: Uint8Array } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const nameAt = (at: number) => String.fromCharCode(...file.subarray(at, at + 4));
  let sampleRate = 0;
  for (let at = 12; at + 8 <= file.byteLength;) {
    const size = view.getUint32(at + 4, true);
    if (nameAt(at) === 'fmt ') {
      const [channels, bits] = [view.getUint16(at + 10, true), view.getUint16(at + 22, true)];
      if (channels !== 1 || bits !== 16)
        throw new Error('This example reads WAV files of one channel and 16 bits');
      sampleRate = view.getUint32(at + 12, true);
    }
    if (nameAt(at) === 'data') {
      const audio = file.subarray(at + 8, at + 8 + size);
      return { audioFormat: { encoding: 'pcm_s16le', sample_rate: sampleRate }, audio };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('This is no WAV file');
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

await main();
