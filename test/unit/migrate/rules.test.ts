import { describe, expect, test } from 'vitest';

import { migrateTexts } from '../../helpers/migrate-texts.js';

interface Case {
  readonly before: string;
  readonly after: string;
  /** `line: part of the reason`, in order. */
  readonly left?: readonly string[];
  /** @default 'ts' */
  readonly ending?: string;
}

const sdk = "import { Mistral } from '@mistralai/mistralai';\nconst client = new Mistral();\n";
const here = "import { Mistral } from 'mistral-sdk';\nconst client = new Mistral();\n";
/** A case about what follows an import and a client. */
const withClient = (before: string, after: string, ...left: string[]): Case => ({
  before: sdk + before,
  after: here + after,
  left,
});
/** A case that keeps what follows them as it is. */
const kept = (text: string, ...left: string[]): Case => withClient(text, text, ...left);
const ask = "model: 'm', messages: []";
const clientOfHTTP =
  "import { HTTPClient, Mistral } from '@mistralai/mistralai';\nconst http = new HTTPClient();\n";
/** A case about the hooks of a client of HTTP. */
const hooked = (before: string, after: string): Case => ({
  before: `${clientOfHTTP}declare function log(text: string): Promise<void>;\n${before}`,
  after: `import { Mistral, type Middleware } from 'mistral-sdk';\nconst http: Middleware[] = [];\ndeclare function log(text: string): Promise<void>;\n${after}`,
});

const cases: Readonly<Record<string, Case>> = {
  // Imports.
  'merges imports of several modules into one, with types marked': {
    before:
      "import { Mistral } from '@mistralai/mistralai';\nimport type { ToolCall } from '@mistralai/mistralai/models/components';\nimport { UserMessage } from '@mistralai/mistralai/models/components/usermessage.js';\nlet a: ToolCall | UserMessage | Mistral;\n",
    after:
      "import { Mistral, type ToolCall, type UserMessage } from 'mistral-sdk';\nlet a: ToolCall | UserMessage | Mistral;\n",
  },
  'keeps what has no counterpart in the import that it stood in': {
    before:
      "import { Mistral, files } from '@mistralai/mistralai';\nimport { SDKValidationError } from '@mistralai/mistralai/models/errors';\nnew Mistral(); files; SDKValidationError;\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nimport { files } from '@mistralai/mistralai';\nimport { SDKValidationError } from '@mistralai/mistralai/models/errors';\nnew Mistral(); files; SDKValidationError;\n",
    left: ['1: `files` does not exist', '2: not checked by a schema'],
  },
  'leaves modules without a counterpart, with a hint': {
    before:
      "import { RealtimeTranscription } from '@mistralai/mistralai/extra/realtime';\nimport { chatComplete } from '@mistralai/mistralai/funcs/chatComplete.js';\nimport { MistralAzure } from '@mistralai/mistralai-azure';\nRealtimeTranscription; chatComplete; MistralAzure;\n",
    after:
      "import { RealtimeTranscription } from '@mistralai/mistralai/extra/realtime';\nimport { chatComplete } from '@mistralai/mistralai/funcs/chatComplete.js';\nimport { MistralAzure } from '@mistralai/mistralai-azure';\nRealtimeTranscription; chatComplete; MistralAzure;\n",
    left: ['1: transcribeLive()', '2: mistral-sdk/operations', '3: azure()'],
  },
  'renames classes of errors and their uses': {
    before:
      "import { SDKError, HTTPValidationError, RequestTimeoutError as Late } from '@mistralai/mistralai/models/errors';\nexport const tell = (e: unknown) => e instanceof SDKError ? e.statusCode : e instanceof HTTPValidationError ? e.detail : e instanceof Late;\nexport { SDKError };\n",
    after:
      "import { APIError, UnprocessableEntityError, TimeoutError as Late } from 'mistral-sdk';\nexport const tell = (e: unknown) => e instanceof APIError ? e.status : e instanceof UnprocessableEntityError ? e.detail : e instanceof Late;\nexport { APIError as SDKError };\n",
  },
  'keeps a name where the new one is taken': {
    before:
      "import { SDKError } from '@mistralai/mistralai/models/errors';\nclass APIError {}\nexport const isOne = (e: unknown) => e instanceof SDKError || e instanceof APIError;\n",
    after:
      "import { APIError as SDKError } from 'mistral-sdk';\nclass APIError {}\nexport const isOne = (e: unknown) => e instanceof SDKError || e instanceof APIError;\n",
  },
  'rewrites namespaces of types, errors and enums': {
    before:
      "import * as errors from '@mistralai/mistralai/models/errors';\nimport * as components from '@mistralai/mistralai/models/components';\nexport const tell = (e: unknown, c: components.ToolCall) => [e instanceof errors.SDKError, c, components.FilePurpose.FineTune];\n",
    after:
      "import * as errors from 'mistral-sdk';\nimport * as components from 'mistral-sdk';\nexport const tell = (e: unknown, c: components.ToolCall) => [e instanceof errors.APIError, c, 'fine-tune'];\n",
  },
  'rewrites require() and import()': {
    before:
      "const { Mistral } = require('@mistralai/mistralai');\nconst { SDKError } = require('@mistralai/mistralai/models/errors');\nconst client = new Mistral({ serverURL: 'https://a.b' });\nclient.files.retrieve({ fileId: 'a' }).catch((e) => e instanceof SDKError);\n",
    after:
      "const { Mistral } = require('mistral-sdk');\nconst { APIError: SDKError } = require('mistral-sdk');\nconst client = new Mistral({ baseURL: 'https://a.b' });\nclient.files.retrieve({ file_id: 'a' }).catch((e) => e instanceof SDKError);\n",
    ending: 'cjs',
  },
  'passes exports on, where they are called the same': {
    before:
      "export { Mistral } from '@mistralai/mistralai';\nexport type { ToolCall } from '@mistralai/mistralai/models/components';\nexport { SDKError } from '@mistralai/mistralai/models/errors';\n",
    after:
      "export { Mistral } from 'mistral-sdk';\nexport type { ToolCall } from 'mistral-sdk';\nexport { SDKError } from '@mistralai/mistralai/models/errors';\n",
    left: ['3: mistral-sdk takes its place'],
  },
  'tells of the name in other strings, and in mocks of tests': {
    before:
      "import { Mistral } from '@mistralai/mistralai';\ndeclare const vi: any;\nvi.mock('@mistralai/mistralai');\nnew Mistral();\n",
    after:
      "import { Mistral } from 'mistral-sdk';\ndeclare const vi: any;\nvi.mock('@mistralai/mistralai');\nnew Mistral();\n",
    left: ['3: mistral-sdk takes its place'],
  },
  'drops types from JavaScript, and keeps the quotes and the lack of semicolons': {
    before:
      'import { Mistral } from "@mistralai/mistralai"\nimport { UserMessage } from "@mistralai/mistralai/models/components"\n/** @type {UserMessage} */\nconst m = { role: "user", content: "a" }\nnew Mistral().chat.complete({ model: "m", maxTokens: 1, messages: [m] })\n',
    after:
      'import { Mistral } from "mistral-sdk"\n/** @type {UserMessage} */\nconst m = { role: "user", content: "a" }\nnew Mistral().chat.complete({ model: "m", max_tokens: 1, messages: [m] })\n',
    ending: 'js',
  },

  // Options.
  'rewrites the options of a client': {
    before:
      "import { Mistral } from '@mistralai/mistralai';\nnew Mistral({ server: 'eu', apiKey: async () => 'k', timeoutMs: 5, debugLogger: console });\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nnew Mistral({ baseURL: 'https://api.eu.mistral.ai', apiKey: async () => 'k', timeoutMs: 5, debugLogger: console });\n",
    left: ['2: `logger` takes another shape'],
  },
  'rewrites a client of HTTP with a fetcher': {
    before:
      "import { HTTPClient, Mistral } from '@mistralai/mistralai';\nnew Mistral({ httpClient: new HTTPClient({ fetcher: (input, init) => fetch(input, init) }) });\nnew Mistral({ httpClient: new HTTPClient(), timeoutMs: 1 });\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nnew Mistral({ fetch: (input, init) => fetch(input, init) });\nnew Mistral({ timeoutMs: 1 });\n",
  },
  'leaves fetchers that take a Request': {
    before:
      "import { HTTPClient, Mistral } from '@mistralai/mistralai';\nnew Mistral({ httpClient: new HTTPClient({ fetcher: async (input) => { console.log((input as Request).url); return fetch(input); } }) });\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nimport { HTTPClient } from '@mistralai/mistralai';\nnew Mistral({ httpClient: new HTTPClient({ fetcher: async (input) => { console.log((input as Request).url); return fetch(input); } }) });\n",
    left: ['1: there is no HTTPClient', '2: never with a Request'],
  },
  'makes middleware of hooks, which see requests first and responses last in their order': hooked(
    `http.addHook('beforeRequest', (request) => { request.headers.set('a', 'b') });
http.addHook('beforeRequest', (request) => request.headers.delete('a'));
http.addHook('beforeRequest', function (sent) { if (sent.method === 'GET') return; return sent; });
http.addHook('response', (response) => console.log(response.status),);
http.addHook('response', async (response, request) => await log(request.url));
http.addHook('response', () => {});
http.addHook('requestError', (error) => { console.log({ error }); });
http.addHook('requestError', (_, request) => log(request.url));
new Mistral({ httpClient: http });
`,
    `http.push(async (request, next) => { request.headers.set('a', 'b'); return next(request); });
http.push(async (request, next) => { request.headers.delete('a'); return next(request); });
http.push(async (sent, next) => { if (sent.method === 'GET') return next(sent); return next(sent); });
http.unshift(async (request, next) => { const response = await next(request); console.log(response.status); return response; });
http.unshift(async (request, next) => { const response = await next(request); await log(request.url); return response; });
http.unshift(async (request, next) => { const response = await next(request); return response; });
http.unshift((request, next) => next(request).catch((error) => { console.log({ error }); throw error; }));
http.unshift((request, next) => next(request).catch(async (_) => { await log(request.url); throw _; }));
new Mistral({ middleware: http });
`,
  ),
  'keeps the lines of a hook': hooked(
    `http.addHook('response', (response, request) => {\n  if (response.ok) return;\n  const tell = () => { return request.url; };\n  console.log(tell());\n});\nnew Mistral({ httpClient: http });\n`,
    `http.unshift(async (request, next) => {\n  const response = await next(request);\n  if (response.ok) return response;\n  const tell = () => { return request.url; };\n  console.log(tell());\n  return response;\n});\nnew Mistral({ middleware: http });\n`,
  ),
  'passes what sends next to the hooks': {
    before:
      "import { HTTPClient, Mistral } from '@mistralai/mistralai';\nconst send = (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init);\nconst httpClient = new HTTPClient({ fetcher: send });\nhttpClient.addHook('response', () => {});\nnew Mistral({ httpClient });\nconst inPlace = new HTTPClient({\n  // Its own.\n  fetcher: (input, init) => fetch(input, init),\n});\ninPlace.addHook('response', () => {});\nnew Mistral({ timeoutMs: 1, httpClient: inPlace });\n",
    after:
      "import { Mistral, type Middleware, type Fetch } from 'mistral-sdk';\nconst send = (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init);\nconst httpClient: Middleware[] = [];\nhttpClient.unshift(async (request, next) => { const response = await next(request); return response; });\nnew Mistral({ fetch: send, middleware: httpClient });\nconst inPlace: { fetch: Fetch; middleware: Middleware[] } = {\n  // Its own.\n  fetch: (input, init) => fetch(input, init),\n  middleware: [],\n};\ninPlace.middleware.unshift(async (request, next) => { const response = await next(request); return response; });\nnew Mistral({ timeoutMs: 1, ...inPlace });\n",
  },
  'makes objects of requests that hooks make': hooked(
    `http.addHook('beforeRequest', (request) => request.clone());
http.addHook('beforeRequest', (request) => { const copy = new Request(request, { method: 'PUT' }); copy.headers.set('a', 'b'); if (copy.url) return; return copy });
http.addHook('beforeRequest', (request) => new Request('https://a.b', request));
http.addHook('response', (response) => log(response.url));
new Mistral({ httpClient: http });
`,
    `http.push(async (request, next) => { return next({ ...request, headers: new Headers(request.headers) }); });
http.push(async (request, next) => { const copy = { ...request, method: 'PUT', headers: new Headers(request.headers) }; copy.headers.set('a', 'b'); if (copy.url) return next(request); return next(copy); });
http.push(async (request, next) => { return next({ ...request, url: 'https://a.b', headers: new Headers(request.headers) }); });
http.unshift(async (request, next) => { const response = await next(request); await log(response.url); return response; });
new Mistral({ middleware: http });
`,
  ),
  'tells of a signal that was never used': {
    ...hooked(
      `http.addHook('beforeRequest', (request) => new Request(request, { signal: request.signal || AbortSignal.timeout(5) }));\nnew Mistral({ httpClient: http });\n`,
      `http.push(async (request, next) => { return next({ ...request, headers: new Headers(request.headers) }); });\nnew Mistral({ middleware: http });\n`,
    ),
    left: ['4: `timeoutMs` of the client'],
  },
  'takes functions that stand elsewhere, if they take the response or the error alone': hooked(
    `const count = (response: Response) => {};\nconst tell = async (reason: unknown) => {};\nhttp.addHook('response', count);\nhttp.addHook('requestError', tell);\nnew Mistral({ httpClient: http });\n`,
    `const count = (response: Response) => {};\nconst tell = async (reason: unknown) => {};\nhttp.unshift(async (request, next) => { const response = await next(request); count(response); return response; });\nhttp.unshift((request, next) => next(request).catch(async (error) => { await tell(error); throw error; }));\nnew Mistral({ middleware: http });\n`,
  ),
  'makes no types in JavaScript': {
    before:
      "import { HTTPClient, Mistral } from '@mistralai/mistralai';\nconst http = new HTTPClient();\nhttp.addHook('requestError', async (error) => log(error));\nnew Mistral({ httpClient: http });\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nconst http = [];\nhttp.unshift((request, next) => next(request).catch(async (error) => { await log(error); throw error; }));\nnew Mistral({ middleware: http });\n",
    ending: 'js',
  },
  ...Object.fromEntries(
    Object.entries({
      'that make another request with other options':
        "http.addHook('beforeRequest', (request) => new Request(request, { cache: 'no-store' }));\n",
      'that set a signal':
        "http.addHook('beforeRequest', (request) => new Request(request, { signal: AbortSignal.timeout(5) }));\n",
      'that make another request of its URL alone':
        "http.addHook('beforeRequest', (request) => { return new Request(request.url); });\n",
      'that use another request otherwise':
        "http.addHook('beforeRequest', async (request) => { console.log(await new Request(request).text()); });\n",
      'that read the body of a request':
        "http.addHook('beforeRequest', async (request) => { await request.clone().text(); });\n",
      'that pass the request on':
        "http.addHook('requestError', (error, request) => console.log(error, request));\n",
      'that destructure': "http.addHook('beforeRequest', ({ headers }) => { headers.set('a', 'b'); });\n",
      'that stand elsewhere and take the request':
        "const log = (response: Response, request: Request) => {};\nhttp.addHook('response', log);\n",
      'with a name that is taken':
        "const request = 'a';\nhttp.addHook('response', (response) => { console.log(request, response.status); });\n",
      'with a name that middleware needs':
        "const next = 1;\nhttp.addHook('beforeRequest', () => { console.log(next); });\n",
      'with `this`': "http.addHook('beforeRequest', function () { console.log(typeof this); });\n",
      'that are removed again': "http.removeHook('response', () => {});\n",
      'of which one is added where a program comes to it':
        "http.addHook('response', () => {}), console.log();\n",
      'of a kind that is not written out':
        "const kind = 'response' as 'response';\nhttp.addHook(kind, () => {});\n",
    }).map(([title, before]) => [
      `leaves hooks ${title}`,
      {
        before: `${clientOfHTTP}${before}new Mistral({ httpClient: http });\n`,
        after: `import { Mistral } from 'mistral-sdk';\nimport { HTTPClient } from '@mistralai/mistralai';\nconst http = new HTTPClient();\n${before}new Mistral({ httpClient: http });\n`,
        left: [
          '1: there is no HTTPClient',
          `${before.split('\n').length + 1}: hooks of an HTTPClient are \`middleware\``,
        ],
      },
    ]),
  ),
  'leaves hooks that would see a request before another hook replaces it': {
    before: `${clientOfHTTP}http.addHook('beforeRequest', (request) => new Request('https://a.b', request));\nhttp.addHook('response', (response, request) => console.log(request.url));\nnew Mistral({ httpClient: http });\n`,
    after: `import { Mistral } from 'mistral-sdk';\nimport { HTTPClient } from '@mistralai/mistralai';\nconst http = new HTTPClient();\nhttp.addHook('beforeRequest', (request) => new Request('https://a.b', request));\nhttp.addHook('response', (response, request) => console.log(request.url));\nnew Mistral({ httpClient: http });\n`,
    left: ['1: there is no HTTPClient', '4: hooks of an HTTPClient'],
  },
  'leaves hooks of a client that other files may add to': {
    before:
      "import { HTTPClient, Mistral } from '@mistralai/mistralai';\nexport const http = new HTTPClient();\nhttp.addHook('response', () => {});\nnew Mistral({ httpClient: http });\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nimport { HTTPClient } from '@mistralai/mistralai';\nexport const http = new HTTPClient();\nhttp.addHook('response', () => {});\nnew Mistral({ httpClient: http });\n",
    left: ['1: there is no HTTPClient', '2: hooks of an HTTPClient'],
  },
  'gives `init` to a fetcher of one parameter, which would lose what is sent': {
    before:
      "import { HTTPClient, Mistral } from '@mistralai/mistralai';\nnew Mistral({ httpClient: new HTTPClient({ fetcher: request => fetch(request) }) });\nnew Mistral({ httpClient: new HTTPClient({ fetcher: (request) => fetch(request, { cache: 'no-store' }) }) });\nconst send = (input: RequestInfo | URL) => fetch(input);\nnew Mistral({ httpClient: new HTTPClient({ fetcher: send }) });\nnew Mistral({ httpClient: new HTTPClient({ fetcher: async () => new Response() }) });\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nnew Mistral({ fetch: (request, init) => fetch(request, init) });\nnew Mistral({ fetch: (request, init) => fetch(request, { ...init, cache: 'no-store' }) });\nconst send = (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init);\nnew Mistral({ fetch: send });\nnew Mistral({ fetch: async () => new Response() });\n",
  },
  'leaves fetchers of one parameter that pass it to other functions': {
    before:
      "import { HTTPClient, Mistral } from '@mistralai/mistralai';\ndeclare function send(request: unknown): Promise<Response>;\nnew Mistral({ httpClient: new HTTPClient({ fetcher: (request) => send(request) }) });\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nimport { HTTPClient } from '@mistralai/mistralai';\ndeclare function send(request: unknown): Promise<Response>;\nnew Mistral({ httpClient: new HTTPClient({ fetcher: (request) => send(request) }) });\n",
    left: ['1: there is no HTTPClient', '3: never with a Request'],
  },
  'tells of `stream` among the parameters, which the method decides': kept(
    `client.chat.complete({ ${ask}, stream: false });\n`,
    '3: `stream` does not exist here',
  ),
  'tells of `stream` in a body that was nested, too, and of a name that means a list here': {
    before: `${sdk}import type { InputEntries } from '@mistralai/mistralai/models/components';\nconst entries: InputEntries[] = [];\nclient.beta.conversations.append({ conversationId: 'a', conversationAppendRequest: { inputs: entries, stream: false } });\n`,
    after: `import { Mistral } from 'mistral-sdk';\nconst client = new Mistral();\nimport type { InputEntries } from '@mistralai/mistralai/models/components';\nconst entries: InputEntries[] = [];\nclient.beta.conversations.append({ conversation_id: 'a', inputs: entries, stream: false });\n`,
    left: ['3: this is the whole list here', '5: `stream` does not exist here'],
  },
  'rewrites JavaScript with types in it': {
    before: `${sdk}const id: string = 'a';\nclient.files.retrieve({ fileId: id });\n`,
    after: `${here}const id: string = 'a';\nclient.files.retrieve({ file_id: id });\n`,
    ending: 'js',
  },
  'rewrites the options of a call': withClient(
    `const signal = AbortSignal.timeout(5);\nclient.chat.complete({ ${ask} }, { fetchOptions: { signal, cache: 'no-store' }, headers: { a: 'maxTokens' } });\nclient.chat.complete({ ${ask} }, { serverURL: 'https://a.b', retryCodes: ['5XX'] });\n`,
    `const signal = AbortSignal.timeout(5);\nclient.chat.complete({ ${ask} }, { signal, fetchOptions: { cache: 'no-store' }, headers: { a: 'maxTokens' } });\nclient.chat.complete({ ${ask} }, { serverURL: 'https://a.b', retryCodes: ['5XX'] });\n`,
    '5: no base URL of its own',
    '5: which statuses are retried',
  ),
  'makes of retries how many there would be, with their delays': withClient(
    `client.models.list({}, { retries: { strategy: 'backoff', backoff: { initialInterval: 1000, maxInterval: 4000, exponent: 2, maxElapsedTime: 8000 } } });\nconst strategy = 'none';\nclient.models.list({}, { retries: { strategy } });\n`,
    `client.models.list({}, { maxRetries: 3, retry: { initialDelayMs: 1000, maxDelayMs: 4000 } });\nconst strategy = 'none';\nclient.models.list({}, { retries: { strategy } });\n`,
    '5: not written out as numbers',
  ),

  // What is passed.
  'follows what is passed through variables, spreads, functions and arrays': withClient(
    `const shared = { maxTokens: 5, topP: 1 };\nconst tool = (id: string) => ({ role: 'tool' as const, content: 'a', toolCallId: id });\nconst messages = [{ role: 'tool' as const, content: 'a', toolCallId: 'b' }];\nmessages.push({ role: 'tool', content: 'c', toolCallId: 'd' });\nconsole.log(shared.maxTokens, messages[0]?.toolCallId);\nclient.chat.complete({ model: 'm', ...shared, messages: [...messages, tool('e'), ...['f'].map((toolCallId) => ({ role: 'tool' as const, content: '', toolCallId }))] });\n`,
    `const shared = { max_tokens: 5, top_p: 1 };\nconst tool = (id: string) => ({ role: 'tool' as const, content: 'a', tool_call_id: id });\nconst messages = [{ role: 'tool' as const, content: 'a', tool_call_id: 'b' }];\nmessages.push({ role: 'tool', content: 'c', tool_call_id: 'd' });\nconsole.log(shared.max_tokens, messages[0]?.tool_call_id);\nclient.chat.complete({ model: 'm', ...shared, messages: [...messages, tool('e'), ...['f'].map((toolCallId) => ({ role: 'tool' as const, content: '', tool_call_id: toolCallId }))] });\n`,
  ),
  'follows a literal into its type, and a function into its result': {
    before:
      "import type { AssistantMessage, ChatCompletionRequest } from '@mistralai/mistralai/models/components';\nconst request: Partial<ChatCompletionRequest> = { maxTokens: 1, 'topP': 2 };\nfunction make(): ChatCompletionRequest { return { model: 'm', messages: [], responseFormat: { type: 'json_schema', jsonSchema: { name: 'a', schemaDefinition: { maxTokens: 1 } } } }; }\nexport const usage = (m: AssistantMessage) => ({ ...m, made: make().responseFormat?.jsonSchema?.schemaDefinition, request });\n",
    after:
      "import type { AssistantMessage, ChatCompletionRequest } from 'mistral-sdk';\nconst request: Partial<ChatCompletionRequest> = { max_tokens: 1, 'top_p': 2 };\nfunction make(): ChatCompletionRequest { return { model: 'm', messages: [], response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { maxTokens: 1 } } } }; }\nexport const usage = (m: AssistantMessage) => ({ ...m, made: make().response_format?.json_schema?.schema, request });\n",
  },
  'leaves data of the user alone, whatever it is called': withClient(
    `client.chat.complete({ ${ask}, metadata: { maxTokens: 1, userId: 2 }, tools: [{ type: 'function', function: { name: 'a', parameters: { properties: { toolCallId: {} }, maxTokens: 3 } } }] });\nclient.batch.jobs.create({ endpoint: '/v1/ocr', requests: [{ customId: 'a', body: { maxTokens: 1 } }] });\n`,
    `client.chat.complete({ ${ask}, metadata: { maxTokens: 1, userId: 2 }, tools: [{ type: 'function', function: { name: 'a', parameters: { properties: { toolCallId: {} }, maxTokens: 3 } } }] });\nclient.batch.jobs.create({ endpoint: '/v1/ocr', requests: [{ custom_id: 'a', body: { maxTokens: 1 } }] });\n`,
  ),
  'leaves foreign objects, texts and comments alone': kept(
    `// maxTokens of chat.complete\nconst mine = { maxTokens: 1, choices: [{ message: { toolCalls: [] } }], chat: { complete: (o: { maxTokens: number }) => o } };\nconsole.log(mine.maxTokens, mine.choices[0]?.message.toolCalls, 'toolCalls', mine.chat.complete({ maxTokens: 2 }).maxTokens, client);\n`,
  ),
  'tells of a type of the program that is passed': kept(
    `interface Mine { role: 'tool'; content: string; toolCallId: string }\nexport const send = (mine: Mine[]) => client.chat.complete({ model: 'm', messages: mine });\n`,
    '3: `toolCallId` of this type is `tool_call_id`',
  ),
  'tells of a parameter that does not exist here': kept(
    `client.chat.complete({ ${ask}, shoeSize: 46 } as never);\nclient.fim.complete({ model: 'm', prompt: 'a', shoeSize: 46 });\n`,
    '3: `shoeSize` does not exist here',
    '4: `shoeSize` does not exist here',
  ),
  'lifts a body that is nested next to the id': withClient(
    `const requestBody = { file: { fileName: 'a.pdf', content: 'b' } };\nclient.beta.libraries.documents.upload({ libraryId: 'a', requestBody });\nclient.beta.agents.update({ agentId: 'a', updateAgentRequest: { completionArgs: { topP: 1 } } });\nclient.beta.agents.update({ agentId: 'a', agentUpdateRequest: make() });\nfunction make() { return { completionArgs: { topP: 1 } }; }\n`,
    `const requestBody = { file: { name: 'a.pdf', content: 'b' } };\nclient.beta.libraries.documents.upload({ library_id: 'a', ...requestBody });\nclient.beta.agents.update({ agent_id: 'a', completion_args: { top_p: 1 } });\nclient.beta.agents.update({ agent_id: 'a', ...make() });\nfunction make() { return { completion_args: { top_p: 1 } }; }\n`,
  ),
  'calls inputs of embeddings and classifiers by their name, and those of conversations by theirs':
    withClient(
      `client.embeddings.create({ model: 'm', inputs: ['a'] });\nclient.classifiers.moderate({ model: 'm', inputs: 'a' });\nclient.beta.conversations.start({ model: 'm', inputs: 'a' });\n`,
      `client.embeddings.create({ model: 'm', input: ['a'] });\nclient.classifiers.moderate({ model: 'm', input: 'a' });\nclient.beta.conversations.start({ model: 'm', inputs: 'a' });\n`,
    ),
  'gives dates as the text that travels, and makes dates of what is read': withClient(
    `const since = new Date(0);\nclient.batch.jobs.list({ createdAfter: since });\nclient.beta.agents.get({ agentId: 'a' }).then((agent) => agent.createdAt.getTime());\n`,
    `const since = new Date(0);\nclient.batch.jobs.list({ created_after: since.toISOString() });\nclient.beta.agents.get({ agent_id: 'a' }).then((agent) => new Date(agent.created_at).getTime());\n`,
  ),
  'tells of a Blob, which has no name': kept(
    `client.files.upload({ file: new Blob(['a']) });\nclient.files.upload({ file: new File(['a'], 'a.jsonl') });\n`,
    '3: a Blob has no name',
  ),

  'renames types, also where only one of the major versions has the name': {
    before:
      "import type { ChatCompletionRequestMessage, Messages, RetrieveFileOut } from '@mistralai/mistralai/models/components';\nexport const messages: (ChatCompletionRequestMessage | Messages)[] = [{ role: 'tool', content: '', toolCallId: 'a' }];\nexport const sizeOf = (file: RetrieveFileOut) => file.sizeBytes;\n",
    after:
      "import type { ChatMessage, GetFileResponse } from 'mistral-sdk';\nexport const messages: (ChatMessage | ChatMessage)[] = [{ role: 'tool', content: '', tool_call_id: 'a' }];\nexport const sizeOf = (file: GetFileResponse) => file.bytes;\n",
  },
  'keeps names of the wire that stand there already': withClient(
    `const hyperparameters = { training_steps: 10 };\nclient.fineTuning.jobs.create({ model: 'm', trainingFiles: [{ fileId: 'a', weight: 1 }], hyperparameters });\n`,
    `const hyperparameters = { training_steps: 10 };\nclient.fineTuning.jobs.create({ model: 'm', training_files: [{ file_id: 'a', weight: 1 }], hyperparameters });\n`,
  ),
  'joins ids that are passed apart with the body': withClient(
    `const prompt_id = 'a' as string;\nconst body = { definition: { content: 'b' } };\nclient.beta.prompts.createVersion(prompt_id, body, { retries: { strategy: 'none' } });\nclient.beta.prompts.createVersion((await client.beta.agents.create({ model: 'm', name: 'n' })).id, {\n  // Twice.\n  notes: 'c',\n  definition: body.definition,\n});\nclient.beta.skills.updateVersionMetadata('d', 1, { notes: 'e' });\nclient.beta.prompts.updateMetadata('f', {});\n`,
    `const prompt_id = 'a' as string;\nconst body = { definition: { content: 'b' } };\nclient.beta.prompts.createVersion({ prompt_id, ...body }, { maxRetries: 0 });\nclient.beta.prompts.createVersion({\n  prompt_id: (await client.beta.agents.create({ model: 'm', name: 'n' })).id,\n  // Twice.\n  notes: 'c',\n  definition: body.definition,\n});\nclient.beta.skills.updateVersionMetadata({ skill_id: 'd', version: 1, notes: 'e' });\nclient.beta.prompts.updateMetadata({ prompt_id: 'f' });\n`,
  ),
  'joins ids of JavaScript with a body that is written out': {
    before: `${sdk}export const change = (id, version, body) => {\n  client.beta.prompts.updateVersionMetadata(id, version, { notes: 'a' });\n  client.beta.prompts.updateMetadata(id, body);\n};\n`,
    after: `${here}export const change = (id, version, body) => {\n  client.beta.prompts.updateVersionMetadata({ prompt_id: id, version, notes: 'a' });\n  client.beta.prompts.updateMetadata(id, body);\n};\n`,
    left: ['5: one object here'],
    ending: 'js',
  },
  'tells of parameters that are passed one by one, and not written out': kept(
    `const both = ['a', { notes: 'c' }] as const;\nclient.beta.prompts.createVersion(...both);\nclient.beta.prompts.createVersion('a', ...[{ notes: 'c' }]);\n`,
    '4: one object here',
    '5: one object here',
  ),
  'follows copies, what is assigned to an object, fields of classes and tables': withClient(
    `const copy = structuredClone({ maxTokens: 1 });\nconst base = { topP: 1 };\nObject.assign(base, { maxTokens: 2 });\nclass Bot { readonly usual = { maxTokens: 3 }; ask = () => client.chat.complete({ ${ask}, ...this.usual }); }\nconst table = { fast: { maxTokens: 4 }, slow: { maxTokens: 5 } } as const;\nclient.chat.complete({ ${ask}, ...copy, ...base, ...table[process.env['SPEED'] as 'fast'] });\nclient.chat.complete(Object.assign({ ${ask} }, Object.freeze({ maxTokens: 6 })));\nexport { Bot };\n`,
    `const copy = structuredClone({ max_tokens: 1 });\nconst base = { top_p: 1 };\nObject.assign(base, { max_tokens: 2 });\nclass Bot { readonly usual = { max_tokens: 3 }; ask = () => client.chat.complete({ ${ask}, ...this.usual }); }\nconst table = { fast: { max_tokens: 4 }, slow: { max_tokens: 5 } } as const;\nclient.chat.complete({ ${ask}, ...copy, ...base, ...table[process.env['SPEED'] as 'fast'] });\nclient.chat.complete(Object.assign({ ${ask} }, Object.freeze({ max_tokens: 6 })));\nexport { Bot };\n`,
  ),
  'tells of a Record that is passed': kept(
    `declare const mine: Record<'maxTokens', number>;\nclient.chat.complete({ ${ask}, ...mine });\n`,
    '4: `maxTokens` of this type is `max_tokens`',
  ),
  'writes out a type that the official SDK adds': {
    before:
      "import type { FunctionResultEntry } from '@mistralai/mistralai/models/components';\nconst results: FunctionResultEntry[] = [{ toolCallId: 'a', result: 'b' }];\nresults.push({\n  toolCallId: 'c',\n  result: 'd',\n});\nexport const add = (entry: FunctionResultEntry) => results.push({ ...entry, result: 'e' });\n",
    after:
      "import type { FunctionResultEntry } from 'mistral-sdk';\nconst results: FunctionResultEntry[] = [{ type: 'function.result', tool_call_id: 'a', result: 'b' }];\nresults.push({\n  type: 'function.result',\n  tool_call_id: 'c',\n  result: 'd',\n});\nexport const add = (entry: FunctionResultEntry) => results.push({ ...entry, result: 'e' });\n",
  },

  'renames fields that are written one by one, in a Record, in a value of any type and by index': withClient(
    `const options: Record<string, unknown> = { model: 'm', messages: [] };\noptions.maxTokens = 1;\noptions['topP'] = 1;\nif (options.maxTokens) await client.chat.complete(options as never);\nconst request: any = { model: 'm' };\nrequest.responseFormat = { type: 'json_schema', jsonSchema: { name: 'a', schemaDefinition: {} } };\nrequest.messages ??= [{ role: 'tool', toolCallId: 'a', content: 'b' }];\nawait client.chat.complete(options as unknown as typeof request);\nawait client.chat.complete(request);\nexport const log = (given: any) => { given.maxTokens = 2; client.chat.complete(given); return given.maxTokens; };\n`,
    `const options: Record<string, unknown> = { model: 'm', messages: [] };\noptions.max_tokens = 1;\noptions['top_p'] = 1;\nif (options.max_tokens) await client.chat.complete(options as never);\nconst request: any = { model: 'm' };\nrequest.response_format = { type: 'json_schema', json_schema: { name: 'a', schema: {} } };\nrequest.messages ??= [{ role: 'tool', tool_call_id: 'a', content: 'b' }];\nawait client.chat.complete(options as unknown as typeof request);\nawait client.chat.complete(request);\nexport const log = (given: any) => { given.max_tokens = 2; client.chat.complete(given); return given.maxTokens; };\n`,
    '12: `maxTokens` of a value whose type is not known',
  ),
  'renames fields that JavaScript adds to an object': {
    before: `${sdk}function chunkOf(url, name) {\n  const chunk = { type: 'document_url', documentUrl: url };\n  if (name) chunk.documentName = name;\n  return chunk;\n}\nexport const read = (url, name) => client.ocr.process({ model: 'm', document: chunkOf(url, name) });\n`,
    after: `${here}function chunkOf(url, name) {\n  const chunk = { type: 'document_url', document_url: url };\n  if (name) chunk.document_name = name;\n  return chunk;\n}\nexport const read = (url, name) => client.ocr.process({ model: 'm', document: chunkOf(url, name) });\n`,
    ending: 'js',
  },
  'makes lists of requests that a program builds its own, and tells of those that it changes in a request': {
    before: `${sdk}import type * as components from '@mistralai/mistralai/models/components/index.ts';\nconst messages: components.ChatCompletionRequest['messages'] = [];\nmessages.push({ role: 'tool', toolCallId: 'a', content: 'b' });\ntype Message = components.ChatCompletionRequest['messages'][number];\nclass Chat { readonly #messages: components.ChatCompletionRequest['messages'] = []; add(message: Message) { this.#messages.push(message); } }\nconst request: components.ChatCompletionRequest = { ${ask} };\nrequest.messages.push(...messages);\nconst { messages: taken } = request;\ntaken.reverse();\nconst tools: NonNullable<components.ChatCompletionRequest['tools']> = [];\ntools.push({ type: 'web_search' });\nconst given: components.ChatCompletionRequest['tools'] = tools;\nclient.chat.complete({ ...request, tools: given });\nexport { Chat };\n`,
    after: `import { Mistral } from 'mistral-sdk';\nconst client = new Mistral();\nimport type * as components from 'mistral-sdk';\nconst messages: components.ChatCompletionRequest['messages'][number][] = [];\nmessages.push({ role: 'tool', tool_call_id: 'a', content: 'b' });\ntype Message = components.ChatCompletionRequest['messages'][number];\nclass Chat { readonly #messages: components.ChatCompletionRequest['messages'][number][] = []; add(message: Message) { this.#messages.push(message); } }\nconst request: components.ChatCompletionRequest = { ${ask} };\nrequest.messages.push(...messages);\nconst { messages: taken } = request;\ntaken.reverse();\nconst tools: NonNullable<components.ChatCompletionRequest['tools']>[number][] = [];\ntools.push({ type: 'web_search' });\nconst given: components.ChatCompletionRequest['tools'] = tools;\nclient.chat.complete({ ...request, tools: given });\nexport { Chat };\n`,
    left: ['9: a list of a request is read-only here', '11: a list of a request is read-only here'],
  },
  'tells of types of the program that responses are read as': kept(
    `interface Like { choices?: { message?: { toolCalls?: unknown } }[]; usage?: { promptTokens?: number } }\nconst like = (await client.chat.complete({ ${ask} })) as unknown as Like;\nconst usage = (await client.chat.complete({ ${ask} })).usage as { totalTokens?: number };\nconst own = { promptTokens: 1 } as { promptTokens?: number };\nconst count = (given: { finishReason?: unknown; index: number }) => given.index;\nconsole.log(like, usage, own, (await client.chat.complete({ ${ask} })).choices.map((each) => count(each)));\n`,
    '3: `toolCalls` of this type is `tool_calls` in what comes from the SDK',
    '3: `promptTokens` of this type is `prompt_tokens` in what comes from the SDK',
    '5: `totalTokens` of this type is `total_tokens` in what comes from the SDK',
    '7: `finishReason` of this type is `finish_reason` in what comes from the SDK',
  ),
  'tells of objects that stand for the client': kept(
    `const complete = async () => ({ choices: [{ message: { toolCalls: [] } }] });\nexport const double = { chat: { complete } } as unknown as Mistral;\nconst kept = globalThis as unknown as { client?: Mistral };\nexport const same = kept.client as Mistral;\n`,
    '4: what stands for the client has the names on the wire, too',
  ),

  // What is read.
  'renames what some members of a union have, and tells of it': withClient(
    `client.fineTuning.jobs.create({ model: 'm', hyperparameters: {} }).then((job) => console.log(job.trainingFiles, job.metadata));\n`,
    `client.fineTuning.jobs.create({ model: 'm', hyperparameters: {} }).then((job) => console.log(job.training_files, job.metadata));\n`,
    '3: not every member of this union has `trainingFiles`',
    '3: not every member of this union has `metadata`',
  ),
  'renames what is read in every way that there is': withClient(
    `const r = await client.chat.complete({ ${ask} });\nconst { usage: { promptTokens }, choices: [first] } = r;\nconst { toolCalls = [], ...rest } = first!.message;\nconsole.log(promptTokens, toolCalls, rest, r['usage']['totalTokens'], r.choices?.[0]!.message!.toolCalls?.[0]?.function.arguments, 'toolCalls' in first!.message);\ntype Calls = Awaited<typeof r>['choices'][number]['finishReason'];\nexport const reasons: Calls[] = r.choices.map(({ finishReason }) => finishReason);\n`,
    `const r = await client.chat.complete({ ${ask} });\nconst { usage: { prompt_tokens: promptTokens }, choices: [first] } = r;\nconst { tool_calls: toolCalls = [], ...rest } = first!.message;\nconsole.log(promptTokens, toolCalls, rest, r['usage']['total_tokens'], r.choices?.[0]!.message!.tool_calls?.[0]?.function.arguments, 'tool_calls' in first!.message);\ntype Calls = Awaited<typeof r>['choices'][number]['finish_reason'];\nexport const reasons: Calls[] = r.choices.map(({ finish_reason: finishReason }) => finishReason);\n`,
  ),
  'renames what an assignment takes apart': withClient(
    `const r = await client.chat.complete({ ${ask} });\nlet promptTokens = 0, finishReason: unknown, rest: unknown, data: unknown, total: unknown;\n({ usage: { promptTokens } } = r);\n({ promptTokens = 1 } = r.usage);\n[{ finishReason, ...rest }] = r.choices as [typeof r.choices[0]];\nfor ({ finishReason: rest } of r.choices) console.log(promptTokens, finishReason, rest);\n({ data, total } = await client.files.list());\nfor await ({ data } of await client.chat.stream({ ${ask} })) console.log(data, total);\n`,
    `const r = await client.chat.complete({ ${ask} });\nlet promptTokens = 0, finishReason: unknown, rest: unknown, data: unknown, total: unknown;\n({ usage: { prompt_tokens: promptTokens } } = r);\n({ prompt_tokens: promptTokens = 1 } = r.usage);\n[{ finish_reason: finishReason, ...rest }] = r.choices as [typeof r.choices[0]];\nfor ({ finish_reason: rest } of r.choices) console.log(promptTokens, finishReason, rest);\n({ items: data, total } = await client.files.list());\nfor await ({ data } of await client.chat.stream({ ${ask} })) console.log(data, total);\n`,
    '10: what is taken apart here is not known',
  ),
  'renames fields that types are made of': {
    before:
      "import type { ChatCompletionRequest, UsageInfo } from '@mistralai/mistralai/models/components';\ntype Sampling = Pick<ChatCompletionRequest, 'maxTokens' | ('topP' | 'temperature')>;\ntype Rest = Omit<ChatCompletionRequest, 'messages' | 'maxTokens'>;\ntype Few = Extract<keyof ChatCompletionRequest, 'topP'>;\ninterface Mine extends Pick<UsageInfo, 'promptTokens'> { maxTokens: Sampling['maxTokens' | 'topP'] }\nexport const sum = ({ maxTokens }: Sampling, { promptTokens }: Mine) => [maxTokens, promptTokens];\nexport type { Few, Rest };\n",
    after:
      "import type { ChatCompletionRequest, UsageInfo } from 'mistral-sdk';\ntype Sampling = Pick<ChatCompletionRequest, 'max_tokens' | ('top_p' | 'temperature')>;\ntype Rest = Omit<ChatCompletionRequest, 'messages' | 'max_tokens'>;\ntype Few = Extract<keyof ChatCompletionRequest, 'top_p'>;\ninterface Mine extends Pick<UsageInfo, 'prompt_tokens'> { maxTokens: Sampling['max_tokens' | 'top_p'] }\nexport const sum = ({ max_tokens: maxTokens }: Sampling, { prompt_tokens: promptTokens }: Mine) => [maxTokens, promptTokens];\nexport type { Few, Rest };\n",
  },
  'renames texts that are names of fields, and tells of those that may be others': {
    before:
      "import type { UsageInfo } from '@mistralai/mistralai/models/components';\nconst key: keyof UsageInfo = 'promptTokens';\ntype Two = 'promptTokens' | 'totalTokens';\nconst two: Two = 'totalTokens';\nconst cased = 'promptTokens' as const;\nexport const read = (usage: UsageInfo, mine: { [cased]: 1 }) => [usage[key], usage[two], mine[cased], usage[cased], Object.hasOwn(usage, 'totalTokens'), usage.hasOwnProperty('totalTokens')];\nexport type Picked = Pick<UsageInfo, Two>;\n",
    after:
      "import type { UsageInfo } from 'mistral-sdk';\nconst key: keyof UsageInfo = 'prompt_tokens';\ntype Two = 'promptTokens' | 'totalTokens';\nconst two: Two = 'totalTokens';\nconst cased = 'promptTokens' as const;\nexport const read = (usage: UsageInfo, mine: { [cased]: 1 }) => [usage[key], usage[two], mine[cased], usage[cased], Object.hasOwn(usage, 'total_tokens'), usage.hasOwnProperty('total_tokens')];\nexport type Picked = Pick<UsageInfo, Two>;\n",
    left: [
      '4: is `total_tokens` here',
      '6: this may be `promptTokens`',
      '6: this may be `totalTokens`',
      '6: this may be `promptTokens`',
      '7: this may be `promptTokens`',
      '7: this may be `totalTokens`',
    ],
  },
  'leaves texts of types of the program alone': withClient(
    `type Column = 'createdAt' | 'ownName';\nconst sort: Column = 'createdAt';\nconst job = await client.batch.jobs.get({ jobId: 'a' });\nconsole.log(sort, job.metadata?.jobType, job.metadata?.['jobType']);\n`,
    `type Column = 'createdAt' | 'ownName';\nconst sort: Column = 'createdAt';\nconst job = await client.batch.jobs.get({ job_id: 'a' });\nconsole.log(sort, job.metadata?.jobType, job.metadata?.['jobType']);\n`,
  ),
  'tells of dates that may be absent, and of what asks for a Date': withClient(
    `const [document] = (await client.beta.libraries.documents.list({ libraryId: 'a' })).data;\nconsole.log(document?.lastProcessedAt?.getTime(), document?.createdAt instanceof Date);\n`,
    `const [document] = (await client.beta.libraries.documents.list({ library_id: 'a' })).items;\nconsole.log(document?.last_processed_at?.getTime(), document?.created_at instanceof Date);\n`,
    '4: may be absent',
    '4: a date is a text here',
  ),
  'reads the events of a stream of a type that is named': {
    before: `${sdk}import type { CompletionEvent } from '@mistralai/mistralai/models/components';\nimport type { EventStream } from '@mistralai/mistralai/lib/event-streams.js';\nconst stream: EventStream<CompletionEvent> = await client.chat.stream({ ${ask} });\nfor await (const event of stream) console.log(event.data.choices[0]?.finishReason);\n`,
    after: `import { Mistral, type CompletionChunk, type Stream } from 'mistral-sdk';\nconst client = new Mistral();\nconst stream: Stream<CompletionChunk> = await client.chat.stream({ ${ask} });\nfor await (const event of stream) console.log(event.choices[0]?.finish_reason);\n`,
  },
  'reads the events of a stream themselves': withClient(
    `for await (const { data } of await client.chat.stream({ ${ask} })) console.log(data.choices[0]?.delta.toolCalls);\nfor await (const event of await client.fim.stream({ model: 'm', prompt: 'a' })) { const { data: { usage } } = event; console.log(usage?.totalTokens, event.data); }\nfor await (const event of await client.chat.stream({ ${ask} })) console.log(event.event, event.id);\n`,
    `for await (const data of await client.chat.stream({ ${ask} })) console.log(data.choices[0]?.delta.tool_calls);\nfor await (const event of await client.fim.stream({ model: 'm', prompt: 'a' })) { const { usage } = event; console.log(usage?.total_tokens, event); }\nfor await (const event of await client.chat.stream({ ${ask} })) console.log(event.event, event.id);\n`,
    '5: have no name here',
    '5: `onEvent`',
  ),
  'tells of streams that are used as a ReadableStream': kept(
    `const stream = await client.chat.stream({ ${ask} });\nstream.getReader();\n`,
    '4: `toReadableStream()`',
  ),
  'takes items from pages, whichever way the list came': withClient(
    `const { data, total } = await client.files.list();\nconst agents = await client.beta.agents.list();\nconsole.log(data, total, agents.length, (await client.batch.jobs.list()).data?.length, (await client.files.list()).object);\nexport const promise = client.beta.agents.list();\n`,
    `const { items: data, total } = await client.files.list();\nconst agents = (await client.beta.agents.list()).items;\nconsole.log(data, total, agents.length, (await client.batch.jobs.list()).items?.length, (await client.files.list()).object);\nexport const promise = client.beta.agents.list();\n`,
    '5: no `object`',
    '6: gives a page here',
  ),
  'iterates over pages where the official SDK did': withClient(
    `for await (const page of await client.beta.connectors.list({})) console.log(page.result.items.length);\n`,
    `for await (const page of client.beta.connectors.list({}).pages()) console.log(page.items.length);\n`,
  ),
  'parses by a schema': {
    before: `${sdk}declare const schema: { _output: { a: number } };\nconst reply = await client.chat.parse({ ${ask}, responseFormat: schema });\nconsole.log(reply.choices[0]!.message.parsed?.a, reply.choices[0]?.message?.content, reply.usage.totalTokens);\nconst message = reply.choices[0]!.message;\nconsole.log(message.parsed);\n`,
    after: `import { Mistral } from 'mistral-sdk';\nimport { structured } from 'mistral-sdk/structured';\nconst client = new Mistral();\ndeclare const schema: { _output: { a: number } };\nconst reply = await structured(client.chat).parse({ ${ask}, response_format: schema });\nconsole.log(reply.choices[0]!.parsed?.a, reply.choices[0]?.message?.content, reply.completion.usage.total_tokens);\nconst message = reply.choices[0]!.message;\nconsole.log(message.parsed);\n`,
    left: ['7: next to `message`'],
  },
  'streams with a schema, whose names may be taken': {
    before: `${sdk}const responseFormat = { _output: { a: 1 } };\nfor await (const event of await client.chat.parseStream({ ${ask}, responseFormat })) console.log(event.data.choices);\nconst request = { ${ask}, responseFormat };\nclient.chat.parseStream(request);\n`,
    after: `import { Mistral } from 'mistral-sdk';\nimport { responseFormat as mistralResponseFormat } from 'mistral-sdk/structured';\nconst client = new Mistral();\nconst responseFormat = { _output: { a: 1 } };\nfor await (const event of await client.chat.stream({ ${ask}, response_format: mistralResponseFormat(responseFormat) })) console.log(event.choices);\nconst request = { ${ask}, response_format: responseFormat };\nclient.chat.parseStream(request);\n`,
    left: ['6: `structured(mistral.chat).stream()`'],
  },
  'makes response formats of schemas': {
    before:
      "import { Mistral } from '@mistralai/mistralai';\nimport { responseFormatFromZodObject } from '@mistralai/mistralai/extra/structChat.js';\ndeclare const schema: object;\nnew Mistral().chat.complete({ model: 'm', messages: [], responseFormat: responseFormatFromZodObject(schema) });\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nimport { responseFormat } from 'mistral-sdk/structured';\ndeclare const schema: object;\nnew Mistral().chat.complete({ model: 'm', messages: [], response_format: responseFormat(schema) });\n",
  },
  'writes members of enums out, and tells of their objects': {
    before:
      "import { BatchJobStatus, FilePurpose, ToolChoiceEnum } from '@mistralai/mistralai/models/components';\nexport const purpose: FilePurpose = FilePurpose.Ocr;\nexport const all = Object.values(BatchJobStatus);\nexport const choice = ToolChoiceEnum.Any;\n",
    after:
      "import type { FilePurpose } from 'mistral-sdk';\nimport { BatchJobStatus } from '@mistralai/mistralai/models/components';\nexport const purpose: FilePurpose = 'ocr';\nexport const all = Object.values(BatchJobStatus);\nexport const choice = 'any';\n",
    left: ['3: is a type here, and no object'],
  },
  'downloads a response, whose body is the stream': withClient(
    `const stream = await client.files.download({ fileId: 'a' });\nfor await (const chunk of stream) console.log(chunk.length);\nexport const later = client.files.download({ fileId: 'a' });\n`,
    `const stream = (await client.files.download({ file_id: 'a' })).body!;\nfor await (const chunk of stream) console.log(chunk.length);\nexport const later = client.files.download({ file_id: 'a' });\n`,
    '5: gives a Response here',
  ),
  'tells of methods and fields that do not exist here': kept(
    `client.beta.lamps.searchIndexes.list();\nclient.chat.completeTwice({});\n`,
    '3: `lamps` does not exist',
    '4: `completeTwice` does not exist',
  ),
  'tells of names whose values have no known type': {
    before:
      "import { Mistral } from '@mistralai/mistralai';\nnew Mistral();\nexport function tell(response, { promptTokens }) { return [response.usage, response.choices[0].message.toolCalls, promptTokens]; }\n",
    after:
      "import { Mistral } from 'mistral-sdk';\nnew Mistral();\nexport function tell(response, { promptTokens }) { return [response.usage, response.choices[0].message.toolCalls, promptTokens]; }\n",
    left: [
      '3: `promptTokens` of a value whose type is not known',
      '3: `toolCalls` of a value whose type is not known',
    ],
    ending: 'js',
  },
  'tells of a file that does not parse, and leaves it': {
    before: "import { Mistral } from '@mistralai/mistralai';\nnew Mistral({ serverURL: ;\n",
    after: "import { Mistral } from '@mistralai/mistralai';\nnew Mistral({ serverURL: ;\n",
    left: ['2: does not parse'],
  },
  'keeps the ends of lines': {
    before:
      "import { Mistral } from '@mistralai/mistralai';\r\nimport { SDKError } from '@mistralai/mistralai/models/errors';\r\nnew Mistral();\r\nexport { SDKError };\r\n",
    after:
      "import { Mistral, APIError } from 'mistral-sdk';\r\nnew Mistral();\r\nexport { APIError as SDKError };\r\n",
  },
  'tells of the status of an error of any type, and not of that of other things': kept(
    // In the program that is migrated, `any` is what the case is about.
    `declare const reply: any;\nclass MyError extends Error { statusCode = 1; }\ntry { await client.chat.complete({ ${ask} }); } catch (e: any) {\n  console.log(e.statusCode, reply.statusCode);\n  console.log((e as any)?.statusCode);\n  if (e instanceof MyError) e.statusCode;\n}\n`,
    '6: `statusCode` of what was caught',
    '7: `statusCode` of what was caught',
  ),
};

const entries = Object.entries(cases).map(([title, { ending = 'ts', ...rest }], index) => ({
  title,
  name: `case-${index}.${ending}`,
  ...rest,
}));
const migrated = migrateTexts(Object.fromEntries(entries.map(({ name, before }) => [name, before])));
const again = migrateTexts(Object.fromEntries(entries.map(({ name }) => [name, migrated[name]!.after])));

describe('a migration', () => {
  test.each(entries)('$title', ({ name, after, left = [] }) => {
    const { after: result, leftovers } = migrated[name]!;

    expect(result).toBe(after);
    expect(leftovers.map(({ line, reason }) => `${line}: ${reason}`)).toEqual(
      left.map((each) =>
        expect.stringMatching(
          new RegExp(`^${each.split(': ')[0]}: .*${escape(each.split(': ').slice(1).join(': '))}`),
        ),
      ),
    );
  });

  test.each(entries)('of what is migrated changes nothing: $title', ({ name }) => {
    expect(again[name]!.after).toBe(migrated[name]!.after);
  });
});

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
