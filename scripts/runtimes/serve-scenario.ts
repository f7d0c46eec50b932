import { setTimeout as sleep } from 'node:timers/promises';

import { textOf, type ChatMessage } from 'mistral-sdk';
import { createMockMistral, thinking, toolCall, type MockCall, type MockRequest } from 'mistral-sdk/testing';
import { serveMock } from 'mistral-sdk/testing/node';

/** What came of the steps of the scenario in one runtime. */
export interface Report {
  readonly name: string;
  readonly results: readonly { readonly step: string; readonly error?: string }[];
}

/** The mock API with the responses that the scenario needs, and a place to hand in the report. */
export interface ScenarioServer {
  readonly url: string;
  /** The report, when it is handed in. */
  readonly report: Promise<Report>;
  close(): Promise<void>;
}

export async function serveScenario(): Promise<ScenarioServer> {
  const mock = scenarioMock();
  let handIn!: (report: Report) => void;
  const report = new Promise<Report>((resolve) => (handIn = resolve));
  const seen = () =>
    mock.requests.map(({ operation, body, cancelled }) => ({
      operation,
      model: (body as { model?: string } | undefined)?.model,
      question: questionOf(body),
      cancelled,
    }));

  const { url, close } = await serveMock({
    ...mock,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      const response = async () => {
        if (request.method === 'OPTIONS') return new Response(null, { status: 204 });
        if (pathname === '/seen') return Response.json(seen());
        if (pathname !== '/report') return mock.fetch(request, { signal: init?.signal ?? null });
        handIn((await request.json()) as Report);
        return new Response();
      };
      return allowPages(await response());
    },
  });
  return { url, report, close };
}

/** What a server says to let the package work in a page of another origin. */
export const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-expose-headers': 'mistral-correlation-id, retry-after, retry-after-ms',
};

function allowPages(response: Response): Response {
  for (const [name, value] of Object.entries(corsHeaders)) response.headers.set(name, value);
  return response;
}

function scenarioMock(): ReturnType<typeof createMockMistral> {
  let file = new Uint8Array();
  let refusals = 2;
  return createMockMistral(
    {
      // Longer than anybody listens.
      'chat.stream': ({ body, params }, usual) => {
        const question = questionOf(body);
        if (question === 'refuse') return Response.json({ message: 'No such model' }, { status: 404 });
        const isEndless = [question, (body as { model: string }).model].some((said) =>
          said?.startsWith('endless'),
        );
        return isEndless ? Array.from({ length: 2_000 }, () => usual[1]!) : (replyByTool(params) ?? usual);
      },
      'chat.complete': async ({ body, params }, usual) => {
        if ((body as { model: string }).model === 'slow') await sleep(10_000, undefined, { ref: false });
        return replyByTool(params) ?? usual;
      },
      'batch.jobs.list': (_, [job]) =>
        Array.from({ length: 5 }, (_job, index) => ({ ...job!, id: `job-${index}` })),
      'files.upload': async (request, usual) => {
        const sent = fileOf(request);
        file = new Uint8Array(await sent.arrayBuffer());
        return { ...usual, filename: sent.name, bytes: sent.size, mimetype: sent.type };
      },
      'files.retrieve': () => Response.json({ detail: 'No such file' }, { status: 404 }),
      'files.download': () => file,
      'models.list': (_, usual) => {
        if (refusals === 0) return usual;
        refusals -= 1;
        return new Response('{"message":"Later"}', { status: 503, headers: { 'retry-after-ms': '20' } });
      },
    },
    { eventDelayMs: 5 },
  );
}

/** The tool of the examples is called for what it knows, and what it says is in the reply. */
function replyByTool({ messages, tools = [] }: MockCall<'chat.complete' | 'chat.stream'>['params']) {
  const last = messages.at(-1);
  if (last?.role === 'tool') return `The tool says: ${textOf(last)}`;
  const isAsked = tools?.length && last?.role === 'user' && textOf(last).includes('warm');
  return isAsked ? [thinking('Let me look.'), toolCall('weather', { city: 'Lyon' })] : undefined;
}

/** What was asked last; a program that has one model says by it what it wants. */
function questionOf(body: unknown): string | undefined {
  // The mock has checked that the body is one of the operation.
  const last = (body as { messages?: ChatMessage[] } | undefined)?.messages?.at(-1);
  return last && textOf(last);
}

function fileOf({ body }: MockRequest): File {
  const file = body instanceof FormData ? body.get('file') : undefined;
  if (file instanceof File) return file;
  throw new TypeError('no file was sent');
}
