// A fetcher of its own, and hooks that make another request and tell of what comes back.
import { HTTPClient, Mistral } from '@mistralai/mistralai';

const httpClient = new HTTPClient({
  fetcher: (request) => {
    return fetch(request, { cache: 'no-store' });
  },
});

httpClient.addHook('beforeRequest', (request) => {
  const nextRequest = new Request(request, { signal: request.signal });
  nextRequest.headers.set('x-run', '1');
  return nextRequest;
});
httpClient.addHook(
  'beforeRequest',
  (request) =>
    new Request(request, { headers: { ...Object.fromEntries(request.headers), 'x-tenant': 'acme' } }),
);
httpClient.addHook('beforeRequest', (request) => {
  console.log(request.method, request.headers.get('x-run'), request.headers.get('x-tenant'));
  if (!request.url.endsWith('/v1/models')) return;
  return new Request(new URL('?created=1', request.url), request);
});
httpClient.addHook('beforeRequest', async (request) => {
  console.log('to', new URL(request.url).searchParams.get('created'), request.headers.has('authorization'));
});

const count = (response: Response) => console.log('status', response.status, response.bodyUsed);
httpClient.addHook('response', count);

httpClient.addHook('requestError', (error, request) => {
  console.log('Reason:', error instanceof Error);
  console.log('Method:', request.method);
});
const tell = async (reason: unknown) => console.log('again', reason instanceof Error);
httpClient.addHook('requestError', tell);

const client = new Mistral({ apiKey: process.env['MISTRAL_API_KEY'] ?? '', httpClient: httpClient });

await client.models.list();
await client.embeddings.create({ model: 'mistral-embed', inputs: ['Who is the best French painter?'] });
await client.files.list({}, { retries: { strategy: 'none' } }).catch(() => console.log('gave up'));
