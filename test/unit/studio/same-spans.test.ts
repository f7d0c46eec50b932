import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { expect, test } from 'vitest';

import type { Fetch } from '../../../src/index.js';
import { openTelemetry, traceTool } from '../../../src/otel/index.js';
import { createTelemetry } from '../../../src/studio/create-telemetry.js';
import type { Observer } from '../../../src/transport/observer.js';
import { failureOf } from '../../helpers/failure-of.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { instantClock } from '../../helpers/instant-clock.js';
import { otlpCollector, spansIn, type WireRequest, type WireSpan } from '../../helpers/otlp-collector.js';
import { answer, scripted, type Line, type Scripted } from '../../helpers/scripted.js';
import { exportedSpans } from '../../helpers/spans.js';

const spans = exportedSpans();

const messages = [{ role: 'user' as const, content: 'Bonjour, Madame' }];
const chat = { model: 'mistral-small-latest', messages };
const reply = {
  id: 'cmpl-1',
  model: 'mistral-small-2506',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Salut' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
};
const chunk = {
  id: 'cmpl-1',
  model: 'mistral-small-2506',
  choices: [{ index: 0, delta: { content: 'Salut' }, finish_reason: 'stop' }],
  usage: reply.usage,
};
const streamed = (...events: readonly unknown[]): Line => {
  return () => eventStream(bodyOf(...events.map((event) => sse(event))));
};

type Mistral = Scripted['mistral'];
type Wrap = <Tool extends { name: string; execute: (...args: never[]) => unknown }>(tool: Tool) => Tool;

/** What a program does, with the responses that it gets. */
const programs: Readonly<
  Record<string, [lines: readonly Line[], run: (mistral: Mistral, wrap: Wrap) => unknown]>
> = {
  'a chat': [
    [answer(200, { 'mistral-correlation-id': 'req-1' }, reply)],
    (mistral) =>
      mistral.chat.complete({
        ...chat,
        temperature: 0.3,
        n: 2,
        stop: ['END', 'FIN'],
        response_format: { type: 'json_object' },
      }),
  ],
  'a call that is retried': [[answer(503), answer(200, {}, reply)], (mistral) => mistral.chat.complete(chat)],
  'a call that fails': [
    [answer(422, { 'mistral-correlation-id': 'req-2' }, { message: 'Madame is no city', type: 'invalid' })],
    (mistral) => failureOf(mistral.chat.complete(chat)),
  ],
  'a stream': [
    [streamed(chunk, '[DONE]')],
    async (mistral) => {
      for await (const event of mistral.chat.stream(chat)) expect(event).toBeDefined();
    },
  ],
  'a stream that is cut off': [
    [streamed({ ...chunk, choices: [{ index: 0, delta: { content: 'Sa' }, finish_reason: null }] })],
    (mistral) => failureOf(mistral.chat.stream(chat).finalMessage()),
  ],
  'a call outside of the conventions': [[answer(200, {}, { data: [] })], (mistral) => mistral.models.list()],
  'a tool with a call in it': [
    [answer(200, {}, reply)],
    (mistral, wrap) =>
      wrap({
        name: 'weather',
        execute: async ({ city }: { city: string }) => {
          await mistral.chat.complete({ ...chat, model: city });
          return { sky: 'blue' };
        },
      }).execute({ city: 'Paris' }),
  ],
  'a tool that fails': [
    [],
    (_, wrap) =>
      failureOf(() =>
        wrap({
          name: 'weather',
          execute: ({ city }: { city: string }) => {
            throw new TypeError(`no weather in ${city}`);
          },
        }).execute({ city: 'Paris' }),
      ),
  ],
};

/** Without ids, which are random, and times; a parent is told by its name. */
function comparable(found: readonly WireSpan[]) {
  const named = new Map(found.map(({ spanId, name }) => [spanId, name]));
  const sorted = <T extends { readonly key: string }>(attributes: readonly T[]) =>
    attributes.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const withoutTimes = (key: string, value: unknown) => (/time_to_first/.test(key) ? typeof value : value);
  return found.map(({ name, kind, parentSpanId, attributes, events, status }) => ({
    name,
    kind,
    parent: parentSpanId === undefined ? undefined : named.get(parentSpanId),
    attributes: sorted(attributes).map(({ key, value }) => [key, withoutTimes(key, value)]),
    // Frames of a stack differ between two calls.
    events: events.map((event) => [
      event.name,
      sorted(event.attributes).map(({ key, value }) => [
        key,
        key === 'exception.stacktrace' ? String(value.stringValue).split('\n', 1)[0] : value,
      ]),
    ]),
    status: { ...status, code: status.code ?? 0 },
  }));
}

test.each(
  Object.entries(programs).flatMap(([name, program]) =>
    [false, true].map((captureContent) => ({ name, program, captureContent })),
  ),
)(
  'of $name, the spans are those of OpenTelemetry, as its own serializer writes them (content: $captureContent)',
  async ({ program: [lines, run], captureContent }) => {
    const trial = async (observer: Observer, wrap: Wrap) =>
      void (await run(scripted(lines, { observer }).mistral, wrap));
    await trial(openTelemetry({ captureContent }), (tool) => traceTool(tool, { captureContent }));
    const written = JsonTraceSerializer.serializeRequest([...spans.all()])!;
    const expected = JSON.parse(new TextDecoder().decode(written)) as WireRequest;

    const collector = otlpCollector();
    const studio = createTelemetry({ apiKey: 'key', fetch: collector.fetch, captureContent }, instantClock());
    await trial(studio, (tool) => studio.traceTool(tool));
    await studio.flush();

    expect(comparable(collector.spans())).toEqual(comparable(spansIn(expected)));
    expect(collector.spans().length).toBeGreaterThan(0);
  },
);

test('each span has ids and times in the form of OTLP', async () => {
  const collector = otlpCollector();
  const studio = createTelemetry({ apiKey: 'key', fetch: collector.fetch as Fetch }, instantClock());
  const before = Date.now();

  await scripted([answer(200, {}, reply)], { observer: studio }).mistral.chat.complete(chat);
  await studio.flush();

  const [span] = collector.spans();
  expect(span!.traceId).toMatch(/^[\da-f]{32}$/);
  expect(span!.spanId).toMatch(/^[\da-f]{16}$/);
  const [start, end] = [span!.startTimeUnixNano, span!.endTimeUnixNano].map(BigInt);
  expect(start! >= BigInt(before) * 1_000_000n && end! >= start!).toBe(true);
  expect(end! - start! < 60_000_000_000n).toBe(true);
});
