import type { SpeechOutputFormat } from '../../generated/types.gen.js';
import { requestOptionsOf, type ClientOf } from './mistral-client.js';
import type { SpeechModel } from './other-models-v3.js';
import { readProviderOptions } from './provider-options.js';
import { toHeaders } from './response-info.js';
import { callErrorOf } from './sdk-error.js';
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
      ...(voice === undefined ? {} : { voice_id: voice }),
      // The API checks it.
      ...(outputFormat === undefined ? {} : { response_format: outputFormat as SpeechOutputFormat }),
    };
    const request = { body: { ...params, ...body } };
    try {
      const { data, response } = await clientOf()
        .audio.speech.complete(params, requestOptionsOf(options, body))
        .withResponse();
      return {
        audio: data.audio_data,
        warnings,
        request,
        response: { timestamp: new Date(), modelId, headers: toHeaders(response.headers), body: data },
      };
    } catch (error) {
      throw callErrorOf(error, '/v1/audio/speech', request.body);
    }
  },
});
