// A document is read from a URL, and a picture is described.
import { Mistral } from '@mistralai/mistralai';
import type { OCRResponse } from '@mistralai/mistralai/models/components/index.js';

const client = new Mistral({ apiKey: process.env['MISTRAL_API_KEY'] ?? '' });

const pagesOf = (response: OCRResponse): number => response.usageInfo.pagesProcessed;

const ocr = await client.ocr.process({
  model: 'mistral-ocr-latest',
  document: { type: 'document_url', documentUrl: 'https://example.com/invoice.pdf', documentName: 'invoice' },
  includeImageBase64: true,
  imageLimit: 2,
});
for (const page of ocr.pages) {
  console.log(
    page.index,
    page.markdown.length > 0,
    page.images.map((image) => typeof image.topLeftX),
  );
}
console.log(pagesOf(ocr) > 0);

const reply = await client.chat.complete({
  model: 'mistral-small-latest',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is in this picture?' },
        { type: 'image_url', imageUrl: 'https://example.com/cat.png' },
      ],
    },
  ],
});
console.log(reply.choices[0]?.message?.content);
