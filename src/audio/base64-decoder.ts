import { MistralError } from '../errors/mistral-error.js';
import { decodeBase64 } from '../internal/decode-base64.js';

/** Decodes base64 that arrives in parts, cut at any character; each part may also be complete and padded. */
export class Base64Decoder {
  /** The characters of an incomplete group of four. */
  #rest = '';

  /** @throws {MistralError} if it is not base64. */
  write(part: unknown): Uint8Array<ArrayBuffer> {
    if (typeof part !== 'string') return decodeAudio(part);
    const text = this.#rest + part.replaceAll(/\s/g, '');
    const end = text.length - (text.length % 4);
    this.#rest = text.slice(end);
    return decodeAudio(text.slice(0, end));
  }

  /** The bytes of a last group without padding. */
  end(): Uint8Array<ArrayBuffer> {
    return decodeAudio(this.#rest);
  }
}

/** @throws {MistralError} if it is not base64. */
export function decodeAudio(audio: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof audio === 'string' ? decodeBase64(audio) : undefined;
  if (!bytes) throw new MistralError('The speech cannot be decoded: `audio_data` is not base64');
  return bytes;
}
