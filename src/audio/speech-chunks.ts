import type { SpeechStreamAudioDelta, SpeechStreamDone } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { Base64Decoder } from './base64-decoder.js';

export type SpeechEvent = SpeechStreamAudioDelta | SpeechStreamDone;

/** The audio of a streamed speech, chunk by chunk. */
export class SpeechChunks {
  readonly #open: () => PromiseLike<AsyncIterable<SpeechEvent>>;
  readonly #decoder = new Base64Decoder();
  #events: AsyncIterator<SpeechEvent> | undefined;
  #isClosed = false;
  /** Known after the last chunk. */
  usage: SpeechStreamDone['usage'] | undefined;

  /** @param open - Called for the first chunk. */
  constructor(open: () => PromiseLike<AsyncIterable<SpeechEvent>>) {
    this.#open = open;
  }

  /** The next chunk, which has a byte at least; `undefined` at the end. */
  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      for (;;) {
        const bytes = await this.#read();
        if (!bytes || bytes.byteLength > 0) return bytes;
      }
    } catch (error) {
      // The events may be fine, and their audio not.
      void this.close();
      throw error;
    }
  }

  /** Stop: the request is aborted, also during a read. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#events?.return?.().catch(() => undefined);
  }

  async #read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#isClosed) return undefined;
    if (!this.#events) {
      const events = await this.#open();
      // Closed meanwhile: the request is not sent.
      if (this.#isClosed) return undefined;
      this.#events = events[Symbol.asyncIterator]();
    }
    const { done, value } = await this.#events.next();
    if (done) {
      this.#isClosed = true;
      return this.#decoder.end();
    }
    const { type, audio_data, usage }: Readonly<Record<string, unknown>> = isRecord(value) ? value : {};
    // What the event says of its type.
    if (type === 'speech.audio.done') this.usage = (usage as SpeechStreamDone['usage']) ?? undefined;
    // Events of kinds that are not known yet have no audio.
    return type === 'speech.audio.delta' ? this.#decoder.write(audio_data ?? '') : new Uint8Array();
  }
}
