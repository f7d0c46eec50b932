import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';
import { describe, expect, test } from 'vitest';

import { speak } from '../../src/audio/index.js';
import { runBatch, decodeJsonl } from '../../src/batch/index.js';
import { createLimiter, embedAll, mapConcurrent } from '../../src/concurrency/index.js';
import { markdown, ocrFile } from '../../src/documents/index.js';
import {
  ChatMistral,
  MistralEmbeddings,
  type ChatMistralOptions,
  type MistralEmbeddingsOptions,
} from '../../src/langchain/index.js';
import { mcpTools } from '../../src/mcp/index.js';
import { openTelemetry } from '../../src/otel/index.js';
import { redaction, studioTelemetry } from '../../src/studio/index.js';
import { otlpCollector } from '../helpers/otlp-collector.js';
import { responseFormat } from '../../src/structured/index.js';
import {
  createCassette,
  createMockMistral,
  failWith,
  mockBatches,
  rateLimit,
  stall,
} from '../../src/testing/index.js';
import { compactMessages, runTools, streamTools, tool } from '../../src/tools/index.js';
import { waitFor } from '../../src/waiting/index.js';
import { followWorkflow } from '../../src/workflows/index.js';
import { client } from '../helpers/api.js';
import { collect } from '../helpers/collect.js';
import { instantClock } from '../helpers/instant-clock.js';

type Options = Readonly<Record<string, unknown>>;

/** A client over a mock that takes part in everything. */
const mocked = () => client({ fetch: createMockMistral(mockBatches()).fetch });
const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
const ids = /[0-9a-f]{8}-[0-9a-f-]{27}/g;
const page = {
  index: 0,
  markdown: '![a.png](a.png)',
  images: [{ id: 'a.png', image_base64: 'AAAA' }],
  tables: [],
  dimensions: null,
};
const timing = () => ({ clock: instantClock(), random: () => 0 });
const noTool = tool({
  name: 'a',
  description: 'A',
  parameters: { type: 'object', properties: {} },
  execute: () => 1,
});

/** By the name of the type of its options: what a function gives with them, and those that it cannot do without. */
const uses: Readonly<Record<string, { needs?: Options; use: (options: never) => unknown }>> = {
  RunToolsOptions: { needs: { tools: [noTool] }, use: (options) => runTools(mocked().chat, params, options) },
  ConversationRunOptions: {
    needs: { tools: [noTool] },
    use: async (options) =>
      (await streamTools(mocked().beta.conversations, { model: 'm', inputs: 'Hi' }, options)).entries,
  },
  CompactOptions: {
    needs: { maxTokens: 10 },
    use: async (options) =>
      (await compactMessages([...params.messages, ...params.messages], options)).messages,
  },
  ToolDefinition: {
    needs: { name: 'a', description: 'A', parameters: { type: 'object', properties: {} }, execute: () => 1 },
    use: (options) => tool(options).function,
  },
  ResponseFormatOptions: { use: (options) => responseFormat({ type: 'object', properties: {} }, options) },
  WaitOptions: {
    use: (options) =>
      waitFor(
        mocked().batch.jobs,
        { job_id: '00000000-0000-4000-8000-000000000001' },
        options,
        timing(),
      ).catch(String),
  },
  BatchOptions: {
    needs: { endpoint: '/v1/embeddings', model: 'm' },
    use: (options) => collect(runBatch(mocked(), [{ input: 'a' }] as never, options, timing())),
  },
  DecodeJsonlOptions: { use: (options) => collect(decodeJsonl('{"a":1}\n{"b":2}', options)) },
  LimiterOptions: { use: (options) => createLimiter(options).concurrency },
  MapConcurrentOptions: {
    needs: { concurrency: 2 },
    use: (options) => collect(mapConcurrent([1, 2], async (value) => value, options)),
  },
  EmbedAllOptions: {
    use: async (options) =>
      await embedAll(mocked().embeddings, { model: 'm', inputs: ['a'] } as never, options),
  },
  MarkdownOptions: { use: (options) => markdown({ pages: [page] } as never, options) },
  OcrFileOptions: {
    needs: { model: 'm' },
    use: async (options) => (await ocrFile(mocked(), new File(['a'], 'a.pdf'), options)).pages,
  },
  McpToolsOptions: {
    use: async (options) => {
      const callTool = async () => ({ content: [{ type: 'text', text: 'A' }] });
      const listTools = async () => ({ tools: [{ name: 'a', inputSchema: {} }] });
      const context = { signal: new AbortController().signal, callId: 'a', round: 1, reportProgress() {} };
      const tools = await mcpTools({ listTools, callTool }, options);
      return Promise.all(
        tools.map(async (each) => [each, each.needsApproval, await each.execute({}, context)]),
      );
    },
  },
  ChatMistralOptions: {
    needs: { model: 'm' },
    use: async (options) => {
      const { content, usage_metadata } = await new ChatMistral({
        ...(options as ChatMistralOptions),
        client: mocked(),
      }).invoke('Hi');
      return { content, usage_metadata };
    },
  },
  ChatMistralCallOptions: {
    use: async (options) => {
      const { content, usage_metadata } = await new ChatMistral({ model: 'm', client: mocked() }).invoke(
        'Hi',
        options,
      );
      return { content, usage_metadata };
    },
  },
  MistralEmbeddingsOptions: {
    use: (options) =>
      new MistralEmbeddings({ ...(options as MistralEmbeddingsOptions), client: mocked() }).embedQuery('Hi'),
  },
  TelemetryOptions: { use: (options) => typeof openTelemetry(options) },
  OpenTelemetryOptions: { use: (options) => typeof openTelemetry(options) },
  RedactionOptions: { use: (options) => redaction(options)('ada@example.com sk-0123456789abcdef', 'a') },
  StudioOptions: {
    use: async (options) => {
      const collector = otlpCollector();
      const studio = studioTelemetry({
        apiKey: 'test-key-0123456789',
        fetch: collector.fetch,
        ...(options as object),
      });
      await studio.trace('a', async () => undefined);
      await studio.shutdown();
      return [
        studio.droppedSpans,
        collector.requests.map(({ url, body }) => [url, body.resourceSpans[0]!.resource]),
      ];
    },
  },
  SpeakOptions: { use: (options) => speak(mocked().audio.speech, { input: 'Hi' }, options).bytes() },
  WorkflowRunOptions: {
    use: (options) => followWorkflow(mocked().workflows, 'execution_1', options, timing()),
  },
  MockOptions: {
    use: async (options) =>
      (await client({ fetch: createMockMistral({}, options).fetch }).models.list()).data,
  },
  MockBatchesOptions: { use: (options) => Object.keys(mockBatches(options)) },
  FailWithOptions: { use: (options) => Object.keys(failWith(400, options)) },
  RateLimitOptions: { use: (options) => Object.keys(rateLimit(options)) },
  StallOptions: { use: (options) => Object.keys(stall(options)) },
  CassetteOptions: {
    needs: { mode: 'replay' },
    use: (options) => Object.keys(createCassette(undefined, options)),
  },
};

/** Names of the optional members of each exported interface whose name says that it holds options. */
const optional = new Map<string, string[]>();
for (const entry of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
  if (!entry.endsWith('.ts')) continue;
  const file = join('src', entry);
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  for (const statement of statements) {
    if (!ts.isInterfaceDeclaration(statement)) continue;
    const { text } = statement.name;
    if (!/Options$|^ToolDefinition$/.test(text)) continue;
    const names = statement.members.flatMap((member) =>
      ts.isPropertySignature(member) && member.questionToken && ts.isIdentifier(member.name)
        ? [member.name.text]
        : [],
    );
    if (names.length > 0) optional.set(text, names);
  }
}

/** Whose `undefined` is tested elsewhere, or that nobody but this package fills in. */
const elsewhere: Readonly<Record<string, string>> = {
  RequestOptions: 'undefined.test.ts',
  ResumeOptions: 'perform-resumable.test.ts',
  FromResponseOptions: 'readable.test.ts',
  TransportOptions: 'undefined.test.ts',
  MistralOptions: 'undefined.test.ts',
  AzureOptions: 'undefined.test.ts',
  GoogleVertexOptions: 'undefined.test.ts',
  RetryBudgetOptions: 'undefined.test.ts',
  FileFromPathOptions: 'undefined.test.ts',
  CollectOptions: 'one option, whose default is a number',
  PageOptions: 'made by the package',
  CallOptions: 'made by the package',
  JsonSchemaOptions: 'made by the package',
  DecoderOptions: 'made by the package',
  QueueOptions: 'made by the package',
  OpeningOptions: 'made by the package',
  MultipartOptions: 'made by the package',
  McpRequestOptions: 'made by the package',
  ServeOptions: 'of a server that listens',
  LiveOptions: 'of a WebSocket; see the tests of realtime',
};

test('every type of options is tried, or is tested elsewhere', () => {
  const tried = [...Object.keys(uses), ...Object.keys(elsewhere)];
  expect([...optional.keys()].filter((name) => !tried.includes(name))).toEqual([]);
  expect(Object.keys(uses).filter((name) => !optional.has(name))).toEqual([]);
});

const trials = Object.entries(uses).flatMap(([type, use]) =>
  (optional.get(type) ?? []).map((name) => ({ type, name, ...use })),
);

/** What differs between two runs of one thing. */
const comparable = (value: unknown): unknown =>
  JSON.parse(
    (JSON.stringify(value) ?? 'null')
      .replaceAll(ids, 'id')
      .replaceAll(/"(created_at|created)":\d+/g, '"$1":0'),
  );

describe('an option that is undefined means the same as none', () => {
  test.each(trials)('$type, $name', async ({ name, needs = {}, use }) => {
    const { [name]: _, ...without } = needs;

    const [given, left] = [{ ...without, [name]: undefined }, without];
    const outcomes = await Promise.all(
      [given, left].map(async (options) => {
        try {
          return { value: comparable(await use(options as never)) };
        } catch (error) {
          return { error: String(error) };
        }
      }),
    );

    expect(outcomes[0]).toEqual(outcomes[1]);
    if (!(name in needs)) expect(outcomes[0]).not.toHaveProperty('error');
  });
});
