import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

import { describe, expectTypeOf, test } from 'vitest';

import type { Mistral, Uploadable } from '../../src/index.js';

declare const mistral: Mistral;
declare const bytes: Uint8Array;

describe('a file to upload', () => {
  test('has a name of its own', async () => {
    mistral.files.upload({ file: new File(['{}'], 'a.jsonl'), purpose: 'fine-tune' });
    mistral.files.upload({ file: createReadStream('a.jsonl'), purpose: 'batch' });
    mistral.files.upload({ file: await fetch('https://files.test/a.pdf'), purpose: 'ocr' });
  });

  test('or is given one with its content', async () => {
    mistral.files.upload({ file: { name: 'a.txt', content: 'text' } });
    mistral.files.upload({ file: { name: 'a.txt', content: bytes, type: 'text/plain' } });
    mistral.files.upload({ file: { name: 'a.txt', content: Buffer.from('text') } });
    mistral.files.upload({ file: { name: 'a.txt', content: new ArrayBuffer(1) } });
    mistral.files.upload({ file: { name: 'a.txt', content: new Blob(['text']) } });
    mistral.files.upload({ file: { name: 'a.txt', content: new Blob(['text']).stream() } });
    mistral.files.upload({ file: { fileName: 'a.txt', content: bytes } });
    mistral.files.upload({ file: { name: 'a.txt', content: Readable.from([bytes]) } });
    mistral.files.upload({ file: { name: 'a.txt', content: createReadStream('b.txt') } });
    mistral.files.upload({ file: { name: 'a.txt', content: await fetch('https://files.test/') } });
  });

  test('is the same wherever a form holds one', () => {
    const file: Uploadable = { name: 'a.mp3', content: bytes };
    mistral.audio.transcriptions.complete({ model: 'voxtral-mini-latest', file });
    mistral.audio.transcriptions.stream({ model: 'voxtral-mini-latest', file, language: 'en' });
    mistral.beta.libraries.documents.upload({ library_id: 'l', file });
  });

  test('need not be one where the API can fetch it', () => {
    mistral.audio.transcriptions.complete({
      model: 'voxtral-mini-latest',
      file_url: 'https://files.test/a.mp3',
      timestamp_granularities: ['segment'],
    });
    mistral.audio.transcriptions.complete({ model: 'voxtral-mini-latest', file: null, file_id: 'f' });
  });

  test('is refused without a name', () => {
    // @ts-expect-error bytes have no name
    mistral.files.upload({ file: bytes });
    // @ts-expect-error a Buffer has no name
    mistral.files.upload({ file: Buffer.from('text') });
    // @ts-expect-error a Blob has no name
    mistral.files.upload({ file: new Blob(['text']) });
    // @ts-expect-error a stream has no name
    mistral.files.upload({ file: new Blob(['text']).stream() });
    // @ts-expect-error a string would be taken for a path, or for content
    mistral.files.upload({ file: 'a.jsonl' });
    // @ts-expect-error the content is missing
    mistral.files.upload({ file: { name: 'a.jsonl' } });
    // @ts-expect-error the file is missing
    mistral.files.upload({ purpose: 'batch' });
  });
});

test('what is no file keeps its type', () => {
  type Params = Parameters<typeof mistral.audio.transcriptions.complete>[0];

  expectTypeOf<string>().toExtend<Params['model']>();
  expectTypeOf<Params['file']>().toEqualTypeOf<Uploadable | null | undefined>();
});
