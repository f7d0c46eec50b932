import { decodeBase64 } from '../internal/decode-base64.js';
import type { ClientOf } from './mistral-client.js';
import type { TranscriptionModel } from './other-models-v3.js';
import { readProviderOptions } from './provider-options.js';
import { invalidArgument } from './sdk-error.js';
import { requestOptionsOf, sendCall } from './send-call.js';
import type { JsonFields } from './shared-v3.js';

/** A transcription model for the AI SDK. */
export const transcriptionModel = (clientOf: ClientOf, modelId: string): TranscriptionModel => ({
  specificationVersion: 'v3',
  provider: 'mistral.transcription',
  modelId,

  async doGenerate({ audio, mediaType, ...options }) {
    const { body, ...own } = readProviderOptions('transcription', options.providerOptions);
    const bytes = typeof audio === 'string' ? decodeBase64(audio) : audio;
    if (!bytes) throw invalidArgument('audio', '`audio` is not base64');
    // Not shared with other threads, or the runtime refuses it.
    const file = new File([bytes as Uint8Array<ArrayBuffer>], `audio.${extensionOf(mediaType)}`, {
      type: mediaType,
    });
    const params = { model: modelId, ...own };
    const { data, headers } = await sendCall(
      () => clientOf().audio.transcriptions.complete({ ...params, file }, requestOptionsOf(options, body)),
      '/v1/audio/transcriptions',
      params,
    );
    const segments = data.segments ?? [];
    return {
      text: data.text,
      segments: segments.map(({ text, start, end }) => ({ text, startSecond: start, endSecond: end })),
      language: data.language ?? undefined,
      durationInSeconds: data.usage?.prompt_audio_seconds ?? undefined,
      warnings: [],
      response: { timestamp: new Date(), modelId: data.model ?? modelId, headers, body: data },
      // With the speakers; it is the JSON of a response.
      providerMetadata: { mistral: { segments } as object as JsonFields },
    };
  },
});

/** The name of a file tells the API its format. */
const extensionOf = (mediaType: string): string =>
  mediaType
    .replace(/^.*\/(x-)?/, '')
    .replace(/;.*/, '')
    .replace('mpeg', 'mp3');
