// A recording becomes text, at once and as it is transcribed.
import { Mistral } from '@mistralai/mistralai';
import { SDKError } from '@mistralai/mistralai/models/errors';

const client = new Mistral({
  apiKey: process.env['MISTRAL_API_KEY'] ?? '',
  serverURL: process.env['MISTRAL_BASE_URL'] ?? 'https://api.mistral.ai',
});

try {
  const transcription = await client.audio.transcriptions.complete({
    model: 'voxtral-mini-latest',
    file: { fileName: 'weather.mp3', content: new Uint8Array(64) },
    timestampGranularities: ['segment'],
    diarize: true,
  });
  console.log(
    typeof transcription.text,
    transcription.segments?.map((segment) => typeof segment.speakerId),
  );
} catch (error) {
  if (error instanceof SDKError) console.error(error.statusCode, error.message);
  else throw error;
}

const stream = await client.audio.transcriptions.stream({
  model: 'voxtral-mini-latest',
  fileUrl: 'https://example.com/weather.mp3',
});
for await (const event of stream) {
  if (event.event === 'transcription.done' && event.data.type === 'transcription.done')
    console.log('seconds:', typeof event.data.usage.promptAudioSeconds);
}
