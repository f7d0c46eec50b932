import { AbortError } from '../errors/abort-error.js';
import { isRecord } from '../internal/is-record.js';
import { unfinishedBy } from '../messages/finish.js';
import { normalizeIndex } from '../messages/normalize-tool-call.js';
import type { CompletionStream } from '../streaming/completion-stream.js';
import { chatRequestOf } from './chat-request.js';
import type { FinishReason, LanguageModel, LanguageModelCall, StreamPart } from './language-model-v3.js';
import type { ClientOf } from './mistral-client.js';
import { ReplyParts, contentOf } from './reply-parts.js';
import { finishReasonOf, responseInfoOf, usageOf } from './response-info.js';
import { callErrorOf } from './sdk-error.js';
import { requestOptionsOf, sendCall } from './send-call.js';

const url = '/v1/chat/completions';

/** A chat model for the AI SDK: a plain object, as other packages wrap and spread models. */
export const chatModel = (clientOf: ClientOf, modelId: string): LanguageModel => ({
  specificationVersion: 'v3',
  provider: 'mistral.chat',
  modelId,
  supportedUrls: { 'application/pdf': [/^https:/], 'image/*': [/^https:/] },

  async doGenerate(options) {
    const { params, body, warnings } = chatRequestOf(modelId, options);
    const request = { body: { ...params, ...body } };
    const { data, headers } = await sendCall(
      () => clientOf().chat.complete(params, requestOptionsOf(options, body)),
      url,
      request.body,
    );
    const { message, finish_reason: reason } = firstChoice(data);
    const reply = new ReplyParts(params.messages);
    const content = contentOf([...reply.add(message, data.id ?? ''), ...reply.end(!unfinishedBy(reason))]);
    return {
      content,
      finishReason: finishReasonOf(reason, reply.hasCalls),
      usage: usageOf(data.usage),
      warnings,
      request,
      response: { ...responseInfoOf({ ...data }), headers, body: data },
    };
  },

  async doStream(options) {
    const { params, body, warnings } = chatRequestOf(modelId, options);
    const request = { body: { ...params, ...body, stream: true } };
    const { data, headers } = await sendCall<CompletionStream>(
      () => clientOf().chat.stream(params, requestOptionsOf(options, body)),
      url,
      request.body,
    );
    const parts = partsOf(data, new ReplyParts(params.messages), options, request.body);
    const start: StreamPart = { type: 'stream-start', warnings };
    return { stream: readableOf(start, parts, () => data.abort()), request, response: { headers } };
  },
});

type Fields = Readonly<Record<string, unknown>>;

/** The AI SDK asks for one choice. */
function firstChoice({ choices }: { readonly choices?: unknown }): Fields {
  const first: unknown = [choices]
    .flat()
    .find((choice) => isRecord(choice) && (normalizeIndex(choice.index) ?? 0) === 0);
  return isRecord(first) ? first : {};
}

/**
 * What arrives, as parts. A failure is one of them, as the AI SDK wants to have it; an abort is thrown.
 *
 * @param body - Of the request, for errors.
 */
async function* partsOf(
  chunks: AsyncIterable<object>,
  reply: ReplyParts,
  { includeRawChunks }: LanguageModelCall,
  body: object,
): AsyncGenerator<StreamPart, void> {
  let reason: unknown;
  let usage: unknown;
  let id: string | undefined;
  let finishReason: FinishReason | undefined;
  try {
    for await (const chunk of chunks as AsyncIterable<Fields>) {
      if (includeRawChunks) yield { type: 'raw', rawValue: chunk };
      if (!isRecord(chunk)) continue;
      if (id === undefined) {
        const info = responseInfoOf(chunk);
        id = info.id ?? '';
        yield { type: 'response-metadata', ...info };
      }
      usage = chunk.usage ?? usage;
      const { delta, finish_reason: given } = firstChoice(chunk);
      reason = given || reason;
      yield* reply.add(delta, id);
    }
    yield* reply.end(!unfinishedBy(reason));
  } catch (error) {
    if (AbortError.isInstance(error)) throw error;
    yield* reply.end(false);
    yield { type: 'error', error: callErrorOf(error, url, body) };
    finishReason = { unified: 'error', raw: undefined };
  }
  finishReason ??= finishReasonOf(reason, reply.hasCalls);
  yield { type: 'finish', finishReason, usage: usageOf(usage) };
}

/** @param abort - Ends what the parts are waiting for; a generator by itself would wait, too. */
const readableOf = <T>(start: T, parts: AsyncGenerator<T, void>, abort: () => void): ReadableStream<T> =>
  new ReadableStream<T>(
    {
      start: (controller) => controller.enqueue(start),
      async pull(controller) {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        abort();
        await parts.return();
      },
    },
    { highWaterMark: 0 },
  );
