import type { SpeechOutputFormat } from '../../generated/types.gen.js';
import type { ClientOf } from './mistral-client.js';
import type { SpeechModel } from './other-models-v3.js';
import { readProviderOptions } from './provider-options.js';
import { requestOptionsOf, sendCall } from './send-call.js';
import type { Warning } from './shared-v3.js';

/** A speech model for the AI SDK. */
export const speechModel = (clientOf: ClientOf, modelId: string): SpeechModel => ({
  specificationVersion: 'v3',
  provider: 'mistral.speech',
  modelId,

  async doGenerate({ text, voice, outputFormat, instructions, speed, language, ...options }) {
    const { body, ...own } = readProviderOptions('speech', options.providerOptions);
    const warnings: Warning[] = Object.entries({ instructions, speed, language })
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([feature]) => ({ type: 'unsupported', feature }));
    const params = {
      model: modelId,
      ...own,
      input: text,
      voice_id: voice,
      // The API checks it.
      response_format: outputFormat as SpeechOutputFormat,
    };
    const request = { body: { ...params, ...body } };
    const { data, headers } = await sendCall(
      () => clientOf().audio.speech.complete(params, requestOptionsOf(options, body)),
      '/v1/audio/speech',
      request.body,
    );
    return {
      audio: data.audio_data,
      warnings,
      request,
      response: { timestamp: new Date(), modelId, headers, body: data },
    };
  },
});
