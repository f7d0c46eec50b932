// A file is uploaded, looked at, fetched and deleted.
import { Mistral } from '@mistralai/mistralai';
import { FilePurpose } from '@mistralai/mistralai/models/components/filepurpose.js';
import { HTTPClient } from '@mistralai/mistralai/lib/http.js';

const httpClient = new HTTPClient({ fetcher: (input, init) => fetch(input, init) });
const client = new Mistral({
  apiKey: process.env['MISTRAL_API_KEY'] ?? '',
  httpClient,
  retryConfig: {
    strategy: 'backoff',
    backoff: { initialInterval: 100, maxInterval: 1_000, exponent: 2, maxElapsedTime: 3_000 },
    retryConnectionErrors: true,
  },
});

const content = new TextEncoder().encode('{"custom_id":"0","body":{}}\n');
const created = await client.files.upload({
  file: { fileName: 'requests.jsonl', content },
  purpose: FilePurpose.Batch,
});
console.log(created.object, created.sizeBytes > 0, created.sampleType !== undefined);

const files = await client.files.list({ pageSize: 5, purpose: FilePurpose.Batch });
for (const file of files.data) console.log(typeof file.filename, typeof file.numLines);

const stream = await client.files.download({ fileId: created.id });
let length = 0;
for await (const chunk of stream) length += chunk.byteLength;
console.log(length > 0);

const { deleted } = await client.files.delete({ fileId: created.id });
console.log(deleted);
