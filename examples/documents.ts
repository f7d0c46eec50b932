/**
 * Reads a document by OCR, and saves it as Markdown with its pictures in files of their own.
 *
 * Talks to the mock API in this process, which has a document of its own, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example documents [file.pdf]
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Mistral } from 'mistral-sdk';
import { images, markdown, ocrFile } from 'mistral-sdk/documents';
import { fileFromPath } from 'mistral-sdk/node';
import { createMockMistral } from 'mistral-sdk/testing';

async function main(): Promise<void> {
  const path = process.argv[2];
  const file = path === undefined ? { name: 'paper.pdf', content: '%PDF-1.7\n' } : await fileFromPath(path);

  // Uploads the file, has it read, and deletes it again.
  const answer = await ocrFile(connect(), file, { model: 'mistral-ocr-latest', include_image_base64: true });

  const folder = mkdtempSync(join(tmpdir(), 'document-'));
  for (const { fileName, bytes, mediaType } of images(answer)) {
    writeFileSync(join(folder, fileName), bytes);
    console.log(`${fileName}: ${mediaType}, ${bytes.byteLength} bytes`);
  }
  const text = markdown(answer, { images: ({ fileName }) => fileName });
  writeFileSync(join(folder, 'index.md'), text);
  console.log(`index.md: ${answer.pages.length} pages, ${text.length} characters, which begin with`);
  console.log(`  ${text.slice(0, 70)}`);
  console.log(`All of it is in ${folder}`);
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  return new Mistral({ apiKey: 'mock', fetch: createMockMistral().fetch });
}

await main();
