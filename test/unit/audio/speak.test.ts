import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { speak, type SpeakParams, type SpeechClient, type SpeechEvent } from '../../../src/audio/index.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { StreamInterruptedError } from '../../../src/errors/stream-interrupted-error.js';
import { audioFromWav } from '../../../src/realtime/index.js';
import { fileFromPath, saveToFile } from '../../../src/uploads/node.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { serve } from '../../helpers/loopback.js';
import { answer, scripted } from '../../helpers/scripted.js';

const params: SpeakParams = { model: 'voxtral-mini-tts-latest', input: 'Bonjour', voice_id: 'voice_1' };
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
const delta = (audio_data: unknown) => ({ type: 'speech.audio.delta', audio_data });
const usage = { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 };
const done = { type: 'speech.audio.done', usage };

/** A client that is sent this speech. */
const streaming = (...events: readonly unknown[]) => scripted([() => eventStream(bodyOf(sse(...events)))]);

const bodies = ({ fetch }: Pick<ReturnType<typeof scripted>, 'fetch'>) =>
  fetch.mock.calls.map(([, init]) => JSON.parse(String(init.body)) as Record<string, unknown>);

async function read(stream: ReadableStream<Uint8Array>): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk).toString());
  return chunks;
}

describe('speak', () => {
  test('gives the whole audio by one request that is not streamed', async () => {
    const { mistral, fetch } = scripted([answer(200, {}, { audio_data: base64('ID3 audio') })]);
    const speech = speak(mistral.audio.speech, params);

    const bytes = await speech.bytes();

    expect(Buffer.from(bytes).toString()).toBe('ID3 audio');
    expect(await speech.bytes()).toBe(bytes);
    expect(bodies({ fetch })).toEqual([{ ...params, stream: false }]);
  });

  test('gives the audio as it is generated, chunk by chunk, and then its usage', async () => {
    const { mistral, fetch } = streaming(delta(base64('one ')), delta(base64('two')), done);
    const speech = speak(mistral.audio.speech, params);

    expect(await read(speech.stream())).toEqual(['one ', 'two']);

    expect(bodies({ fetch })).toEqual([{ ...params, stream: true }]);
    expect(speech.usage).toEqual(usage);
  });

  test('sends nothing until the audio is asked for', async () => {
    const { mistral, fetch } = streaming(done);

    const speech = speak(mistral.audio.speech, params);
    speech.stream();
    await new Promise(setImmediate);

    expect(fetch).not.toHaveBeenCalled();
  });

  test('is generated once, and says how it was used', async () => {
    const { mistral, fetch } = streaming(delta(base64('one')), done);
    const speech = speak(mistral.audio.speech, params);
    await read(speech.stream());

    expect(() => speech.stream()).toThrow('already used as a stream');
    expect(await failureOf(speech.bytes())).toMatchObject({ name: 'MistralError' });
    expect(await failureOf(speech)).toMatchObject({ name: 'MistralError' });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('is retried while nothing of it has arrived', async () => {
    const events = sse(delta(base64('one')), done);
    const { mistral, fetch } = scripted([answer(503), () => eventStream(events)]);

    expect(await read(speak(mistral.audio.speech, params).stream())).toEqual(['one']);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test('passes the options of the call on, and refuses those that nobody knows', async () => {
    const { mistral, sent } = scripted([answer(200, {}, { audio_data: '' })]);

    await speak(mistral.audio.speech, params, { headers: { 'x-trace': '1' } }).bytes();
    const failure = await failureOf(speak(mistral.audio.speech, params, { voice: 'a' } as object).bytes());

    expect(sent()[0]!.get('x-trace')).toBe('1');
    expect(failure).toBeInstanceOf(ArgumentError);
  });

  test('takes a double of async functions and generators', async () => {
    const double: SpeechClient = {
      complete: async () => ({ audio_data: base64('whole') }),
      async *stream(): AsyncGenerator<SpeechEvent> {
        yield { type: 'speech.audio.delta', audio_data: base64('part') };
      },
    };

    expect(Buffer.from(await speak(double, params).bytes()).toString()).toBe('whole');
    expect(await read(speak(double, params).stream())).toEqual(['part']);
  });
});

describe('a response of speech', () => {
  test.each([
    [undefined, 'audio/mpeg'],
    ['mp3', 'audio/mpeg'],
    ['wav', 'audio/wav'],
    ['flac', 'audio/flac'],
    ['opus', 'audio/ogg'],
    ['pcm', 'application/octet-stream'],
  ] as const)('for the format %s has the content type %s', async (response_format, contentType) => {
    const { mistral } = streaming(delta(base64('audio')), done);

    const response = await speak(mistral.audio.speech, { ...params, response_format });

    expect(response.headers.get('content-type')).toBe(contentType);
    expect(await response.text()).toBe('audio');
  });

  test.each(['aac', 'toString'])('for the format %s, which is not known, is bytes', async (format) => {
    const { mistral } = streaming(delta(base64('audio')), done);
    // A format that the API has come to know.
    const response_format = format as 'mp3';

    const { headers } = await speak(mistral.audio.speech, { ...params, response_format });

    expect(headers.get('content-type')).toBe('application/octet-stream');
  });

  test('is rejected with what the API refuses', async () => {
    const { mistral } = scripted([answer(403, {}, { message: 'Moderated' })]);

    expect(await failureOf(speak(mistral.audio.speech, params).response())).toMatchObject({ status: 403 });
  });

  test('is saved to a file as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'speech-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { mistral } = streaming(delta(base64('one ')), delta(base64('two')), done);

    const saved = await saveToFile(speak(mistral.audio.speech, params), join(folder, 'speech.mp3'));

    expect(saved).toEqual({ bytes: 7 });
    expect(await readFile(join(folder, 'speech.mp3'), 'utf8')).toBe('one two');
  });
});

describe('the base64 of a streamed speech', () => {
  const audio = Uint8Array.from({ length: 100 }, (_, index) => (index * 37) % 256);

  test('may be cut at any character', async () => {
    const text = base64(audio);
    for (let size = 1; size < 10; size++) {
      const parts = text.match(new RegExp(`.{1,${size}}`, 'g'))!;
      const { mistral } = streaming(...parts.map(delta), done);

      const response = await speak(mistral.audio.speech, params);

      expect(new Uint8Array(await response.arrayBuffer())).toEqual(audio);
    }
  });

  test('may be complete in each delta, with padding', async () => {
    const parts = [audio.subarray(0, 1), audio.subarray(1, 6), audio.subarray(6)];
    const { mistral } = streaming(...parts.map((part) => delta(base64(part))), done);

    const response = await speak(mistral.audio.speech, params);

    expect(new Uint8Array(await response.arrayBuffer())).toEqual(audio);
  });

  test('may lack the padding at the end', async () => {
    const { mistral } = streaming(delta(base64(audio).replace('==', '')), done);

    const response = await speak(mistral.audio.speech, params);

    expect(new Uint8Array(await response.arrayBuffer())).toEqual(audio);
  });

  test('may be absent from a delta, as may be all that an event says', async () => {
    const nothing = [null, 5, [], { type: null, audio_data: 'AAAA' }, delta(null), { type: delta('').type }];
    const end = { ...done, usage: null };
    const { mistral } = streaming(...nothing, delta(base64('one')), end);
    const speech = speak(mistral.audio.speech, params);

    expect(await read(speech.stream())).toEqual(['one']);
    expect(speech.usage).toBeUndefined();
  });

  test('that is not text is an error', async () => {
    const { mistral } = streaming(delta(5), done);

    expect(await failureOf(read(speak(mistral.audio.speech, params).stream()))).toMatchObject({
      name: 'MistralError',
      message: expect.stringContaining('not base64') as string,
    });
  });

  test('that is broken is an error, and the request is aborted', async () => {
    const cancel = vi.fn();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(sse(delta('?!?!')))),
      cancel,
    });
    const { mistral } = scripted([() => eventStream(body)]);

    expect(await failureOf(read(speak(mistral.audio.speech, params).stream()))).toMatchObject({
      message: expect.stringContaining('not base64') as string,
    });
    await vi.waitFor(() => expect(cancel).toHaveBeenCalled());
  });
});

describe('a stream of speech', () => {
  test('that is cut off is an error, with what had arrived before it', async () => {
    const { mistral } = streaming(delta(base64('one')), delta(base64('two')));
    const reader = speak(mistral.audio.speech, params).stream().getReader();

    expect((await reader.read()).value).toHaveLength(3);
    expect((await reader.read()).value).toHaveLength(3);
    expect(await failureOf(reader.read())).toBeInstanceOf(StreamInterruptedError);
  });

  test('that is cut off leaves no file', async () => {
    const { mistral } = streaming(delta(base64('one')));
    const path = join(tmpdir(), `never-${crypto.randomUUID()}.mp3`);

    expect(await failureOf(saveToFile(speak(mistral.audio.speech, params), path))).toBeInstanceOf(
      StreamInterruptedError,
    );
    expect(await failureOf(readFile(path))).toMatchObject({ code: 'ENOENT' });
  });

  test('ends with an AbortError when the signal aborts', async () => {
    const controller = new AbortController();
    const reader = await begun({ signal: controller.signal });

    const reading = failureOf(reader.read());
    controller.abort('enough');

    expect(await reading).toMatchObject({ name: 'AbortError', cause: 'enough' });
  });

  test('is aborted when it is cancelled, also during a read', async () => {
    const stop = vi.fn(async () => ({ done: true as const, value: undefined }));
    const double: SpeechClient = {
      complete: async () => ({ audio_data: '' }),
      stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: stop }) }),
    };
    const reader = speak(double, params).stream().getReader();

    const reading = reader.read();
    await new Promise(setImmediate);
    await reader.cancel();

    expect(await reading).toEqual({ done: true, value: undefined });
    expect(stop).toHaveBeenCalledTimes(1);
  });

  test('that is cancelled before it was read sends nothing', async () => {
    const { mistral, fetch } = streaming(done);

    await speak(mistral.audio.speech, params).stream().cancel();

    expect(fetch).not.toHaveBeenCalled();
  });

  test('reads no more than is wanted of it', async () => {
    let given = 0;
    const double: SpeechClient = {
      complete: async () => ({ audio_data: '' }),
      async *stream(): AsyncGenerator<SpeechEvent> {
        for (; ; given++) yield { type: 'speech.audio.delta', audio_data: base64('chunk') };
      },
    };
    const reader = speak(double, params).stream().getReader();

    await reader.read();
    await reader.read();
    await new Promise(setImmediate);

    expect(given).toBe(1);
    await reader.cancel();
  });

  /** A stream of a real server, which sends one chunk and then no more. */
  async function begun(options: { signal?: AbortSignal } = {}) {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse(delta(base64('one'))));
    });
    const speech = speak(client({ baseURL: origin }).audio.speech, params, options);
    const reader = speech.stream().getReader();
    expect((await reader.read()).value).toHaveLength(3);
    return reader;
  }
});

describe('raw samples with a WAV header', () => {
  const samples = new Uint8Array(new Float32Array([0, 0.5, -0.5, 1]).buffer);
  const pcm = { ...params, response_format: 'pcm' } as const;
  const wav = { sampleRate: 24_000 };

  test('are a file with its length, when they come as bytes', async () => {
    const { mistral } = scripted([answer(200, {}, { audio_data: base64(samples) })]);
    const speech = speak(mistral.audio.speech, pcm, { wav });

    const file = Buffer.from(await speech.bytes());

    expect(speech.contentType).toBe('audio/wav');
    expect(file.readUInt32LE(4)).toBe(file.byteLength - 8);
    expect(file.readUInt32LE(file.byteLength - samples.byteLength - 4)).toBe(samples.byteLength);
  });

  test('are a file without a length, when they come as a stream, which can be read again', async () => {
    const { mistral } = streaming(
      delta(base64(samples.subarray(0, 5))),
      delta(base64(samples.subarray(5))),
      done,
    );

    const { audio, audioFormat } = await audioFromWav(speak(mistral.audio.speech, pcm, { wav }).stream());

    expect(audioFormat).toEqual({ encoding: 'pcm_f32le', sample_rate: 24_000 });
    expect(Buffer.concat(await collect(audio))).toEqual(Buffer.from(samples));
  });

  test('send no header before there is audio', async () => {
    const { mistral } = scripted([answer(401, {}, { message: 'No' })]);
    const reader = speak(mistral.audio.speech, pcm, { wav }).stream().getReader();

    expect(await failureOf(reader.read())).toMatchObject({ status: 401 });
  });

  test('are refused for another format, or one that is none', () => {
    const { speech } = scripted([]).mistral.audio;

    expect(() => speak(speech, params, { wav })).toThrow("not 'mp3'");
    expect(() => speak(speech, pcm, { wav: { sampleRate: 0 } })).toThrow(ArgumentError);
    expect(() => speak(speech, pcm, { wav: { sample_rate: 24_000 } as never })).toThrow('`sampleRate`');
  });
});

describe('a recording of a voice', () => {
  const recording = new Uint8Array([82, 73, 70, 70]);
  const around = new Uint8Array([0, ...recording, 0]);

  test.each([
    ['base64', base64(recording)],
    ['a Blob', new Blob([recording])],
    ['a File', new File([recording], 'voice.wav')],
    ['bytes', around.subarray(1, 5)],
    ['a buffer', recording.buffer],
    ['the promise of a file', Promise.resolve(new Blob([recording]))],
  ])('is taken as %s', async (_, ref_audio) => {
    const { mistral, fetch } = scripted([answer(200, {}, { audio_data: '' })]);

    await speak(mistral.audio.speech, { input: 'Bonjour', ref_audio }).bytes();

    expect(bodies({ fetch })).toMatchObject([{ input: 'Bonjour', ref_audio: base64(recording) }]);
  });

  test.each(['/voices/marie.wav', './marie.wav', 'https://example.com/marie'])(
    'is not a text such as %s',
    (ref_audio) => {
      const { mistral } = scripted([]);
      const start = () => speak(mistral.audio.speech, { input: 'Bonjour', ref_audio });

      expect(start).toThrow(ArgumentError);
      expect(start).toThrow('fileFromPath(path)');
    },
  );

  test('is taken from a path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voice-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'voice.wav');
    await writeFile(path, recording);
    const { mistral, fetch } = scripted([answer(200, {}, { audio_data: '' })]);

    await speak(mistral.audio.speech, { input: 'Bonjour', ref_audio: fileFromPath(path) }).bytes();

    expect(bodies({ fetch })).toMatchObject([{ input: 'Bonjour', ref_audio: base64(recording) }]);
  });

  test('is read at once, so that its buffer may be reused', async () => {
    const { mistral, fetch } = scripted([answer(200, {}, { audio_data: '' })]);
    const buffer = Uint8Array.from(recording);

    const speech = speak(mistral.audio.speech, { input: 'Bonjour', ref_audio: buffer });
    buffer.fill(0);
    await speech.bytes();

    expect(bodies({ fetch })).toMatchObject([{ input: 'Bonjour', ref_audio: base64(recording) }]);
  });

  test('that cannot be read is an error of the one who asks for the audio', async () => {
    const { mistral, fetch } = scripted([]);
    const speech = (ref_audio: unknown) =>
      speak(mistral.audio.speech, { input: 'Bonjour', ref_audio: ref_audio as Blob });

    expect(await failureOf(speech(fileFromPath('/nowhere/voice.wav')).bytes())).toBeInstanceOf(ArgumentError);
    expect(await failureOf(speech(42).response())).toBeInstanceOf(ArgumentError);
    expect(await failureOf(read(speech({}).stream()))).toBeInstanceOf(ArgumentError);
    expect(fetch).not.toHaveBeenCalled();
  });

  test('that does not arrive can be aborted', async () => {
    const { mistral } = scripted([]);
    const controller = new AbortController();
    const speech = speak(
      mistral.audio.speech,
      { input: 'Bonjour', ref_audio: new Promise<Blob>(() => {}) },
      { signal: controller.signal },
    );

    const failure = failureOf(speech.bytes());
    controller.abort();

    expect(await failure).toMatchObject({ name: 'AbortError' });
  });
});
