// Hooks around each request: a header, a line for each response, and another for what did not arrive.
import { HTTPClient, Mistral } from '@mistralai/mistralai';

let sent = 0;
const send = (input: RequestInfo | URL, init?: RequestInit) => {
  sent += 1;
  return fetch(input, init);
};
const httpClient = new HTTPClient({ fetcher: send });

httpClient.addHook('beforeRequest', (request) => {
  if (request.method === 'GET') return;
  request.headers.set('x-tenant', 'acme');
  return request;
});

httpClient.addHook('response', async (response, request) => {
  const { length } = await response.clone().text();
  console.log(`${request.method} ${new URL(request.url).pathname}: ${response.status}`, length > 10);
});
httpClient.addHook('response', (_, request) =>
  console.log('for', request.headers.get('x-tenant') ?? 'nobody'),
);

httpClient.addHook('requestError', (error, request: Request) => {
  console.log('lost', new URL(request.url).pathname, error instanceof Error);
});

const client = new Mistral({
  apiKey: process.env['MISTRAL_API_KEY'] ?? '',
  httpClient,
  retryConfig: { strategy: 'none' },
});

await client.models.list();
await client.chat.complete({
  model: 'mistral-small-latest',
  messages: [{ role: 'user', content: 'Who is the best French painter?' }],
});
await client.files.list().catch(() => console.log('gave up'));
console.log(sent > 2);
