import { decodeBase64 } from '../internal/decode-base64.js';
import { requestOptionsOf, type ClientOf } from './mistral-client.js';
import type { TranscriptionModel } from './other-models-v3.js';
import { readProviderOptions } from './provider-options.js';
import { toHeaders } from './response-info.js';
import { callErrorOf, invalidArgument } from './sdk-error.js';
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
    try {
      const { data, response } = await clientOf()
        .audio.transcriptions.complete({ ...params, file }, requestOptionsOf(options, body))
        .withResponse();
      const segments = data.segments ?? [];
      return {
        text: data.text,
        segments: segments.map(({ text, start, end }) => ({ text, startSecond: start, endSecond: end })),
        language: data.language ?? undefined,
        durationInSeconds: data.usage?.prompt_audio_seconds ?? undefined,
        warnings: [],
        response: {
          timestamp: new Date(),
          modelId: data.model ?? modelId,
          headers: toHeaders(response.headers),
          body: data,
        },
        // With the speakers; it is the JSON of a response.
        providerMetadata: { mistral: { segments } as object as JsonFields },
      };
    } catch (error) {
      throw callErrorOf(error, '/v1/audio/transcriptions', params);
    }
  },
});

/** The name of a file tells the API its format. */
const extensionOf = (mediaType: string): string =>
  ({ 'audio/mpeg': 'mp3', 'audio/mp4': 'm4a', 'audio/x-m4a': 'm4a' })[mediaType] ??
  mediaType.replace(/^.*\/(x-)?/, '').replace(/;.*/, '');
