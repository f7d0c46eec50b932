import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { speak } from '../../src/audio/index.js';
import { decodeJsonl, runBatch } from '../../src/batch/index.js';
import { embedAll, mapConcurrent } from '../../src/concurrency/index.js';
import { addDocument, ocrFile } from '../../src/documents/index.js';
import { MistralError, type MistralOptions } from '../../src/index.js';
import { call, chatComplete, createTransport, list, modelsList } from '../../src/operations/index.js';
import { transcribeLive } from '../../src/realtime/index.js';
import { structured } from '../../src/structured/index.js';
import { runTools, streamTools, tool } from '../../src/tools/index.js';
import { waitFor } from '../../src/waiting/index.js';
import { client } from '../helpers/api.js';
import { bodyOf, eventStream, sse } from '../helpers/event-stream.js';

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const page = { data: [{ id: 'a' }], total: 2 };
const file = { name: 'a.txt', content: 'a' };
const clock = tool({
  name: 'clock',
  description: 'The time, now',
  parameters: { type: 'object', properties: {} },
  execute: () => 'noon',
});

type Fetch = NonNullable<MistralOptions['fetch']>;

const answering = (...bodies: readonly unknown[]): Fetch => {
  let next = 0;
  return async () => Response.json(bodies[Math.min(next++, bodies.length - 1)]);
};
const streaming =
  (...events: readonly unknown[]): Fetch =>
  async () =>
    eventStream(bodyOf(sse(...events)));
const refused: Fetch = async () => {
  await Promise.resolve();
  throw new TypeError('fetch failed');
};
const failing: Fetch = async () => Response.json({ message: 'No' }, { status: 404 });
const silent: Fetch = () => new Promise(() => undefined);

const via = (fetch: Fetch, options: MistralOptions = {}) => client({ fetch, logLevel: 'off', ...options });
const reply = (message: object, finish_reason = 'stop') => ({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
});
const delta = (content: string) => ({
  id: 'c',
  model: 'm',
  choices: [{ index: 0, finish_reason: null, delta: { content } }],
});
const calling = reply(
  { content: '', tool_calls: [{ id: 'abcdefghi', function: { name: 'clock', arguments: '{}' } }] },
  'tool_calls',
);

/** An abort that comes when everything is under way. */
const soon = (): AbortSignal => {
  const controller = new AbortController();
  setImmediate(() => controller.abort('enough'));
  return controller.signal;
};

/** What fails in its own time, started by the code of a caller. */
const settled = <T>(start: () => PromiseLike<T>): Promise<unknown> =>
  new Promise((resolve, reject) => {
    // Not awaited: a runtime that follows `await` back to its caller finds nothing here.
    function callersOwnCode() {
      start().then((value) => reject(new Error(`Expected a failure, got ${JSON.stringify(value)}`)), resolve);
    }
    callersOwnCode();
  });

/** What fails where it is read, by a caller that has it from elsewhere. */
const read = <T>(start: () => AsyncIterable<T>): Promise<unknown> => {
  const events = start();
  async function callersOwnCode() {
    for await (const _ of events);
  }
  return new Promise((resolve, reject) => {
    callersOwnCode().then(() => reject(new Error('Expected a failure')), resolve);
  });
};

const schema = z.object({ name: z.string() });
const job = { id: 'j', object: 'batch', status: 'FAILED', errors: [] };

const failures: Readonly<Record<string, () => Promise<unknown>>> = {
  // Calls.
  'a bad argument': () => settled(() => via(refused).files.retrieve({} as never)),
  'no parameters': () => settled(() => via(refused).chat.complete(undefined as never)),
  'an option that is unknown': () => settled(() => via(refused).chat.complete(params, { x: 1 } as never)),
  'a time limit of NaN': () => settled(() => via(refused).chat.complete(params, { timeoutMs: NaN })),
  'a parameter of NaN': () => settled(() => via(refused).chat.complete({ ...params, temperature: NaN })),
  'no connection': () => settled(() => via(refused).chat.complete(params)),
  'a status': () => settled(() => via(failing).chat.complete(params)),
  'a status after retries': () =>
    settled(() => via(failing, { maxRetries: 1, retry: { initialDelayMs: 1 } }).models.list()),
  'a time limit': () => settled(() => via(silent, { timeoutMs: 5 }).chat.complete(params)),
  'an abort': () => settled(() => via(silent).chat.complete(params, { signal: soon() })),
  'an abort before the call': () =>
    settled(() => via(silent).chat.complete(params, { signal: AbortSignal.abort() })),
  'a response that is no JSON': () =>
    settled(() => via(async () => new Response('<html>')).chat.complete(params)),
  'a call without a result': () => settled(() => via(failing).files.delete({ file_id: 'f' })),
  'a response with its data': () => settled(() => via(failing).chat.complete(params).withResponse()),
  'a raw response': () => settled(() => via(failing).chat.complete(params).asResponse()),
  'a route': () => settled(() => via(failing).request({ method: 'GET', path: '/v1/x' })),
  'a flat function': () =>
    settled(() =>
      call(createTransport({ apiKey: 'k', fetch: failing, maxRetries: 0 }), chatComplete, params),
    ),
  'a flat list': () =>
    settled(() => list(createTransport({ apiKey: 'k', fetch: failing, maxRetries: 0 }), modelsList as never)),
  'a call that was awaited late': () =>
    settled(() => {
      const late = via(failing).chat.complete(params);
      late.catch(() => undefined);
      return new Promise(setImmediate).then(() => late);
    }),

  // Files.
  'an upload': () => settled(() => via(failing).files.upload({ file, purpose: 'ocr' })),
  'an upload of what cannot be read': () =>
    settled(() => via(failing).files.upload({ file: { name: 'a', content: 5 } as never, purpose: 'ocr' })),
  'a download': () => settled(() => via(failing).files.download({ file_id: 'f' })),
  'a download that stalls': async () => {
    const stalling = via(async () => new Response(new ReadableStream()), { timeoutMs: 5 });
    return settled(async () => (await stalling.files.download({ file_id: 'f' })).text());
  },

  // Streams.
  'a stream that is not opened': () => read(() => via(failing).chat.stream(params)),
  'a stream that is awaited': () => settled(() => via(failing).chat.stream(params)),
  'a stream that is cut': () => read(() => via(streaming(delta('Bon'))).chat.stream(params)),
  'a stream with an error event': () =>
    read(() => via(streaming(delta('Bon'), { object: 'error', message: 'x' })).chat.stream(params)),
  'a stream that is aborted': () =>
    read(() => {
      const stalled = async () =>
        new Response(
          new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode(sse(delta('B')))) }),
          {
            headers: { 'content-type': 'text/event-stream' },
          },
        );
      return via(stalled).chat.stream(params, { signal: soon() });
    }),
  'a stream that is silent': () =>
    read(() => {
      const stalled = async () =>
        new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
      return via(stalled).chat.stream(params, { firstEventTimeoutMs: 5 });
    }),
  'the text of a stream': () =>
    read(() =>
      via(streaming(delta('Bon')))
        .chat.stream(params)
        .text(),
    ),
  'the whole text of a stream': () =>
    settled(() =>
      via(streaming(delta('Bon')))
        .chat.stream(params)
        .text(),
    ),
  'the message of a stream': () =>
    settled(() =>
      via(streaming(delta('Bon')))
        .chat.stream(params)
        .finalMessage(),
    ),
  'one of two streams': () =>
    read(
      () =>
        via(streaming(delta('Bon')))
          .chat.stream(params)
          .tee()[0],
    ),
  'a stream of a conversation': () =>
    read(() => via(failing).beta.conversations.startStream({ inputs: 'a', model: 'm' })),

  // Lists.
  'a list': () => read(() => via(failing).files.list()),
  'a later page': () =>
    read(() => {
      let isFirst = true;
      const fetch: Fetch = async () => {
        const response = isFirst ? Response.json(page) : Response.json({}, { status: 404 });
        isFirst = false;
        return response;
      };
      return via(fetch).files.list({ page_size: 1 });
    }),
  'a list that is none': () => settled(() => via(answering({ data: 5 })).files.list()),
  'a list in circles': () =>
    read(() => via(answering({ data: [{ id: 'a' }, { id: 'b' }] })).files.list({ page_size: 2 })),
  'a collection': () => settled(() => via(failing).files.list().collect()),

  // Features.
  'runTools()': () => settled(() => runTools(via(failing).chat, params, { tools: [clock] })),
  'runTools() in its second round': () =>
    settled(() => {
      let isFirst = true;
      const fetch: Fetch = async () => {
        const response = isFirst ? Response.json(calling) : Response.json({}, { status: 404 });
        isFirst = false;
        return response;
      };
      return runTools(via(fetch).chat, params, { tools: [clock] });
    }),
  'runTools() with a bad option': () =>
    settled(() => runTools(via(failing).chat, params, { tools: 5 } as never)),
  'runTools() that is aborted': () =>
    settled(() => runTools(via(silent).chat, params, { tools: [clock], signal: soon() })),
  'runTools() with a tool that fails': () =>
    settled(() =>
      runTools(via(answering(calling)).chat, params, {
        tools: [
          tool({
            name: 'clock',
            description: 'x',
            parameters: { type: 'object' },
            execute: () => Promise.reject(new Error('no')),
          }),
        ],
        onError: 'throw',
      }),
    ),
  'streamTools()': () => read(() => streamTools(via(failing).chat, params, { tools: [clock] })),
  'streamTools() that is awaited': () =>
    settled(() => streamTools(via(failing).chat, params, { tools: [clock] })),
  'streamTools() that is cut': () =>
    read(() => streamTools(via(streaming(delta('Bon'))).chat, params, { tools: [clock] })),
  'embedAll()': () => settled(() => embedAll(via(failing).embeddings, { model: 'm', inputs: ['a'] })),
  'embedAll() with a bad argument': () =>
    settled(() => embedAll(via(failing).embeddings, { model: 'm', inputs: 5 } as never)),
  'embedAll() that is aborted': () =>
    settled(() => embedAll(via(silent).embeddings, { model: 'm', inputs: ['a'] }, { signal: soon() })),
  'mapConcurrent()': () =>
    settled(() => mapConcurrent([1, 2], () => new Promise(() => undefined), { signal: soon() })),
  'mapConcurrent() in a loop': () =>
    read(() => mapConcurrent([1, 2], () => new Promise(() => undefined), { signal: soon() })),
  'runBatch()': () =>
    read(() =>
      runBatch(via(failing), [{ messages: params.messages }], {
        endpoint: '/v1/chat/completions',
        model: 'm',
      }),
    ),
  'runBatch() with a bad option': () =>
    read(() => runBatch(via(failing), [{ messages: params.messages }], { endpoint: 5 } as never)),
  'ocrFile()': () => settled(() => ocrFile(via(failing), file, { model: 'm' })),
  'ocrFile() by ranges': () =>
    settled(() =>
      ocrFile(
        via(failing),
        { type: 'document_url', document_url: 'https://x.example/a.pdf' },
        { model: 'm' },
        { pageCount: 10, pagesPerRequest: 5 },
      ),
    ),
  'addDocument()': () =>
    settled(() => addDocument(via(failing).beta.libraries.documents, { library_id: 'l', file })),
  'speak() as bytes': () => settled(() => speak(via(failing).audio.speech, { input: 'a' }).bytes()),
  'speak() as a response': () => settled(() => speak(via(failing).audio.speech, { input: 'a' })),
  'speak() as a stream': () =>
    settled(() => speak(via(failing).audio.speech, { input: 'a' }).stream().getReader().read()),
  'waitFor()': () => settled(() => waitFor(via(failing).batch.jobs, { job_id: 'j' })),
  'waitFor() a job that fails': () => settled(() => waitFor(via(answering(job)).batch.jobs, { job_id: 'j' })),
  'waitFor() for too long': () =>
    settled(() =>
      waitFor(via(answering({ ...job, status: 'RUNNING' })).batch.jobs, { job_id: 'j' }, { timeoutMs: 5 }),
    ),
  'parse()': () => settled(() => structured(via(failing).chat).parse({ ...params, response_format: schema })),
  'parse() of a reply that does not fit': () =>
    settled(() =>
      structured(via(answering(reply({ content: '{}' }))).chat).parse({ ...params, response_format: schema }),
    ),
  'a schema that cannot be sent': () =>
    settled(() => structured(via(failing).chat).parse({ ...params, response_format: 5 } as never)),
  'a parsed stream': () =>
    read(() => structured(via(failing).chat).stream({ ...params, response_format: schema })),
  'the end of a parsed stream': () =>
    settled(() =>
      structured(via(streaming(delta('{}'), '[DONE]')).chat)
        .stream({ ...params, response_format: schema })
        .finalParsed(),
    ),
  'live audio': () => settled(() => transcribeLive(via(failing), { model: 'm', signal: soon() }).result()),
  'live audio in a loop': () =>
    settled(async () => {
      const session = transcribeLive(via(failing), { model: 'm', signal: soon() });
      await Promise.resolve();
      for await (const _ of session);
    }),
  'audio after its end': () =>
    settled(() => {
      const session = transcribeLive(via(silent), { model: 'm', signal: soon() });
      session.end().catch(() => undefined);
      return session.send(new Uint8Array(2));
    }),
  'decodeJsonl()': () => read(() => decodeJsonl('{}\n{')),
};

describe('E7 the stack leads to the code of the caller', () => {
  test.each(Object.entries(failures))('%s', async (_, fail) => {
    const error = (await fail()) as MistralError;

    expect(MistralError.isInstance(error), String(error)).toBe(true);
    expect(error.stack).toMatch(/^\s+at .*callersOwnCode.*stacks\.test\.ts/m);
  });
});
