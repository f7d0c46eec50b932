import { APIError, Mistral, textOf, type ChatCompleteParams, type Page } from 'mistral-sdk';
import type { paths } from 'mistral-sdk/schema';
import { createMockMistral } from 'mistral-sdk/testing';
import type { BatchJob } from 'mistral-sdk/types';

export async function main(signal: AbortSignal): Promise<string> {
  const mock = createMockMistral();
  const mistral = new Mistral({ apiKey: 'test', fetch: mock.fetch, timeoutMs: 1000 });
  const request: Pick<ChatCompleteParams, 'model' | 'messages'> = {
    model: 'mistral-small-latest',
    messages: [{ role: 'user', content: 'Bonjour' }],
  };
  const texts: string[] = [textOf(await mistral.chat.complete(request, { signal }))];
  for await (const text of mistral.chat.stream(request).text()) texts.push(text);
  for await (const chunk of mistral.chat.stream(request)) texts.push(textOf(chunk));
  const page: Page<BatchJob> = await mistral.batch.jobs.list({ status: ['RUNNING'] });
  for await (const job of page) texts.push(job.id);
  const { data, requestId } = await mistral.models.list().withResponse();
  const body: Blob = await (await mistral.files.download({ file_id: 'f' })).blob();
  const file = new Blob(['{}'], { type: 'application/jsonl' });
  await mistral.files
    .upload({ file: { name: 'a.jsonl', content: file }, purpose: 'batch' })
    .catch((error: unknown) => {
      if (!(error instanceof APIError)) throw error;
      texts.push(error.message, String(error.status));
    });
  type Models = keyof paths['/v1/models'];
  const method: Models = 'get';
  return [...texts, data.object, requestId, body.size, method].join();
}
