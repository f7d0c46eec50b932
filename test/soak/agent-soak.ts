import { Mistral, MistralError } from '../../src/index.js';
import { createMockMistral, toolCall } from '../../src/testing/index.js';
import {
  lintMessages,
  partialRunOf,
  resumeTools,
  runTools,
  streamTools,
  tool,
  type CompletionRun,
  type PendingRun,
  type RunnableTool,
} from '../../src/tools/index.js';

/** What many runs under faults came to. */
export interface SoakFigures {
  readonly runs: number;
  /** How often each way to end came. */
  readonly ends: Readonly<Record<string, number>>;
  readonly requests: number;
  /** Responses that were replaced by a failure of the server, and streams that were cut. */
  readonly faults: number;
  readonly toolCalls: number;
  readonly resumed: number;
  /** Calls of tools that ran more than once. */
  readonly repeated: readonly string[];
  /** Requests that the strict mock refused, and histories that the API would. */
  readonly refused: readonly string[];
  /** Errors that none of the faults explains. */
  readonly unexplained: readonly string[];
  /** Live memory, after warming up and at the end; 0 without `--expose-gc`. */
  readonly heapBytes: readonly [number, number];
}

const model = 'mistral-small-latest';

/**
 * Many runs of up to eight rounds with two tools at once, on the strict mock: servers fail, streams are cut, tools throw, callers
 * abort, and people approve, at once or from JSON later.
 *
 * @param seed - The same seed gives the same runs.
 */
export async function soakAgents(runs: number, seed: number): Promise<SoakFigures> {
  const random = randomOf(seed);
  const chance = (share: number) => random() < share;
  const ends: Record<string, number> = {};
  const repeated: string[] = [];
  const refused: string[] = [];
  const unexplained: string[] = [];
  let [requests, faults, toolCalls, resumed, warm] = [0, 0, 0, 0, 0];

  const mock = createMockMistral({
    'chat.complete': ({ body }) => replyTo(body),
    'chat.stream': ({ body }) => replyTo(body),
  });
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    requests += 1;
    if (chance(0.05)) {
      faults += 1;
      return new Response('{}', { status: chance(0.5) ? 503 : 429 });
    }
    const response = await mock.fetch(url, init);
    if (response.status < 500 && response.status >= 400) refused.push(await response.clone().text());
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !chance(0.03))
      return response;
    faults += 1;
    return cut(response);
  };
  const mistral = new Mistral({
    apiKey: 'mock',
    fetch,
    maxRetries: 4,
    retryBudget: false,
    retry: { initialDelayMs: 1, maxDelayMs: 1 },
  });

  for (let run = 0; run < runs; run += 1) {
    if (run === Math.floor(runs / 5)) warm = liveBytes();
    mock.reset();
    const ran = new Set<string>();
    const tools = ['look', 'change'].map((name) => createTool(name, ran));
    const controller = new AbortController();
    const abortsAt = chance(0.1) ? Math.floor(random() * 12) : Infinity;
    let steps = 0;
    const faultsBefore = faults;
    const settings = {
      tools,
      signal: controller.signal,
      onStep: () => void ((steps += 1) === abortsAt && controller.abort()),
      ...(chance(0.5) ? { onApproval: () => (chance(0.8) ? ('allow' as const) : ('deny' as const)) } : {}),
    };
    const params = {
      model,
      messages: [{ role: 'user' as const, content: `${Math.floor(random() * 8)} rounds` }],
    };
    try {
      let result: CompletionRun = chance(0.5)
        ? await runTools(mistral.chat, params, settings)
        : await streamTools(mistral.chat, params, settings);
      while (result.pending) {
        resumed += 1;
        const pending = JSON.parse(JSON.stringify(result.pending)) as PendingRun;
        const some = pending.calls.filter(() => chance(0.8));
        const decisions = Object.fromEntries(
          some.map(({ id }) => [
            id,
            chance(0.8) ? ('allow' as const) : { decision: 'deny' as const, reason: 'No' },
          ]),
        );
        result = await resumeTools(mistral.chat, pending, decisions, settings);
      }
      count(result.endedBy);
      checkHistory(result.messages);
    } catch (error) {
      count((error as Error).name);
      checkHistory(partialRunOf(error)?.messages ?? []);
      const isExplained =
        MistralError.isInstance(error) && (controller.signal.aborted || faults > faultsBefore);
      if (!isExplained) unexplained.push(String(error));
    }
  }
  return {
    runs,
    ends,
    requests,
    faults,
    toolCalls,
    resumed,
    repeated,
    refused,
    unexplained,
    heapBytes: [warm, liveBytes()],
  };

  function count(end: string): void {
    ends[end] = (ends[end] ?? 0) + 1;
  }

  function checkHistory(messages: CompletionRun['messages']): void {
    const last = messages.at(-1)?.role;
    const problems = lintMessages(
      last === 'assistant' ? [...messages, { role: 'user', content: 'Go on' }] : messages,
    );
    if (messages.length > 0 && problems.length > 0) refused.push(JSON.stringify(problems));
  }

  function createTool(name: string, ran: Set<string>): RunnableTool {
    return tool({
      name,
      description: name,
      parameters: { type: 'object', properties: { round: { type: 'number' } } },
      needsApproval: name === 'change' && (() => chance(0.3)),
      async execute(args, { callId, signal, reportProgress }) {
        toolCalls += 1;
        if (ran.has(callId)) repeated.push(`${name} ${callId}`);
        ran.add(callId);
        reportProgress(0.5);
        await new Promise(setImmediate);
        signal.throwIfAborted();
        if (chance(0.1)) throw new Error('The tool failed');
        return { name, args, text: 'x'.repeat(200) };
      },
    }) as RunnableTool;
  }
}

/** Two calls at once, until there were as many rounds as the first message says. */
function replyTo(body: unknown): string | ReturnType<typeof toolCall>[] {
  const { messages } = body as { messages: { role: string; content: string }[] };
  const rounds = messages.filter(({ role }) => role === 'assistant').length;
  if (rounds >= Number.parseInt(messages[0]!.content, 10)) return 'Done.';
  return [toolCall('look', { round: rounds }), toolCall('change', { round: rounds })];
}

/** A stream whose connection is lost after its first chunk. */
function cut(response: Response): Response {
  const reader = response.body!.getReader();
  let chunks = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done || (chunks += 1) > 1) return controller.error(new TypeError('terminated'));
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

function liveBytes(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) return 0;
  gc();
  return process.memoryUsage().heapUsed;
}

/** Mulberry32: numbers from 0 to 1 that the seed decides. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
