// Many requests at half the price.
import { Mistral } from '@mistralai/mistralai';

const client = new Mistral({ apiKey: process.env['MISTRAL_API_KEY'] ?? '' });

const requests = Array.from({ length: 3 }, (_, index) => ({
  customId: String(index),
  body: { max_tokens: 16, messages: [{ role: 'user', content: `What is ${index} + ${index}?` }] },
}));

let job = await client.batch.jobs.create({
  requests,
  model: 'mistral-small-latest',
  endpoint: '/v1/chat/completions',
  metadata: { jobType: 'testing', batchSize: '3' },
});
console.log(job.status, job.totalRequests);

job = await client.batch.jobs.get({ jobId: job.id });
if (job.errorFile) console.log('errors are in', job.errorFile);
console.log(job.metadata?.['jobType'] ?? 'no metadata', job.failedRequests);

const jobs = await client.batch.jobs.list({ pageSize: 10, createdByMe: true });
console.log(jobs.data?.length, jobs.total);
