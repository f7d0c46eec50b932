import { diag, DiagLogLevel, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { ArgumentError, TimeoutError } from '../../../src/index.js';
import { openTelemetry, traceTool, type TelemetryOptions } from '../../../src/otel/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answer, scripted } from '../../helpers/scripted.js';
import { exportedSpans } from '../../helpers/spans.js';

const spans = exportedSpans();
afterEach(() => diag.disable());

const weather = (options?: TelemetryOptions) =>
  traceTool(
    {
      name: 'weather',
      description: 'The weather in a city',
      execute: async ({ city }: { city: string }, _context?: { callId: string }) => `Sunny in ${city}`,
    },
    options,
  );

describe('the span of a tool', () => {
  test('is around each execution, and has no content', async () => {
    expect(await weather().execute({ city: 'Paris' }, { callId: 'D681PevKs' })).toBe('Sunny in Paris');

    const { name, kind, attributes, status } = spans.only();
    expect(name).toBe('execute_tool weather');
    expect(kind).toBe(SpanKind.INTERNAL);
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'weather',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.description': 'The weather in a city',
      'gen_ai.tool.call.id': 'D681PevKs',
    });
  });

  test('has arguments and result when content is asked for, redacted', async () => {
    const redact = (text: string) => text.replace('Paris', '[city]');

    await weather({ captureContent: true, redact }).execute({ city: 'Paris' });

    expect(spans.only().attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"city":"[city]"}',
      'gen_ai.tool.call.result': 'Sunny in [city]',
    });
  });

  test('gives what a promise gives whose `then` returns nothing', async () => {
    const later = {
      // oxlint-disable-next-line unicorn/no-thenable -- such a value is what this is about
      then(resolve: (value: string) => void) {
        resolve('Sunny');
      },
    } as unknown as PromiseLike<string>;
    const tool = traceTool({ name: 'odd', execute: () => later }, { captureContent: true });

    expect(await tool.execute()).toBe('Sunny');
    expect(spans.only().attributes).toMatchObject({ 'gen_ai.tool.call.result': 'Sunny' });
  });

  test('ends with the signal of the run, if the tool never does', async () => {
    const controller = new AbortController();
    const tool = traceTool({
      name: 'slow',
      execute: (..._given: [object, { signal: AbortSignal }]) => new Promise(() => {}),
    });
    void tool.execute({}, { signal: controller.signal });
    expect(spans.all()).toEqual([]);

    controller.abort(new TimeoutError('The run took longer than 10 ms', 10));

    expect(spans.only().attributes['error.type']).toBe('TimeoutError');
    expect(spans.only().status.message).toBe('The run took longer than 10 ms');
  });

  test('leaves nothing on the signal of the run, and ends once', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const removed = vi.spyOn(signal, 'removeEventListener');
    const tool = traceTool({
      name: 'quick',
      execute: async (..._given: [object, { signal: AbortSignal }]) => 'done',
    });

    await tool.execute({}, { signal });
    controller.abort();

    expect(removed).toHaveBeenCalledOnce();
    expect(spans.only().status.code).toBe(SpanStatusCode.UNSET);
  });

  test('holds the calls that the tool makes', async () => {
    const { mistral } = scripted([answer(200, {}, { data: [] })], { observer: openTelemetry() });
    const tool = traceTool({ name: 'models', execute: () => mistral.models.list() });

    await tool.execute();

    const [call, execution] = spans.all();
    expect(call!.name).toBe('models.list');
    expect(call!.parentSpanContext?.spanId).toBe(execution!.spanContext().spanId);
  });

  test.each([
    ['rejects', () => Promise.reject(new RangeError('no such city: Paris'))],
    [
      'throws',
      () => {
        throw new RangeError('no such city: Paris');
      },
    ],
  ])('of a tool that %s has the error, its message only with content', async (_, execute: () => unknown) => {
    const failing = (captureContent: boolean) => async () =>
      traceTool({ name: 'weather', execute }, { captureContent }).execute();

    expect(await failureOf(failing(false))).toBeInstanceOf(RangeError);
    await failureOf(failing(true));

    const [quiet, open] = spans.all();
    expect(quiet!.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(quiet!.attributes['error.type']).toBe('RangeError');
    expect(JSON.stringify(quiet!.events)).not.toContain('Paris');
    expect(open!.status.message).toBe('no such city: Paris');
  });

  test('of a tool that answers at once does not make it wait', () => {
    const tool = traceTool(
      { name: 'sum', execute: (a: number, b: number) => a + b },
      { captureContent: true },
    );

    expect(tool.execute(1, 2)).toBe(3);
    expect(spans.only().attributes['gen_ai.tool.call.result']).toBe('3');
  });
});

describe('a traced tool is the same tool', () => {
  test('with a name in `function`, and with what is hidden still hidden', async () => {
    const tool = { type: 'function' as const, function: { name: 'weather', description: 'In a city' } };
    Object.defineProperty(tool, 'execute', { value: () => 'Sunny' });

    const traced = traceTool(tool as typeof tool & { execute(): string });

    expect(JSON.stringify(traced)).toBe(JSON.stringify(tool));
    expect(Object.keys(traced)).toEqual(['type', 'function']);
    expect(traced.execute()).toBe('Sunny');
    expect(spans.only().name).toBe('execute_tool weather');
  });

  test('of its class, and itself where it is executed', () => {
    class Counter {
      readonly name = 'count';
      #count = 0;
      execute(): number {
        return (this.#count += 1);
      }
    }

    const traced = traceTool(new Counter());

    expect(traced).toBeInstanceOf(Counter);
    expect([traced.execute(), traced.execute()]).toEqual([1, 2]);
  });
});

describe('telemetry that fails', () => {
  test('at the span, does not fail the tool', async () => {
    const tracer = {
      startSpan() {
        throw new Error('no telemetry today');
      },
    } as unknown as Tracer;

    expect(await weather({ tracer }).execute({ city: 'Paris' })).toBe('Sunny in Paris');
  });

  test('at a value that is no JSON, or while it ends, does not fail the tool', () => {
    const warn = vi.fn();
    diag.setLogger(
      { warn, error: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    const tracer = trace.getTracer('app');
    const tool = traceTool(
      { name: 'big', execute: (count: bigint) => count },
      { tracer, captureContent: true },
    );

    expect(tool.execute(1n)).toBe(1n);
    expect(spans.only().attributes).not.toHaveProperty('gen_ai.tool.call.result');
    expect(warn).toHaveBeenCalledTimes(2);
  });
});

test.each<[string, unknown]>([
  ['null', null],
  ['what cannot be executed', { name: 'weather' }],
  ['what has no name', { execute: Date.now }],
  ['what has no name in `function`', { function: {}, execute: Date.now }],
  ['what has no `function`', { function: undefined, execute: Date.now }],
])('%s is no tool', (_, tool) => {
  expect(() => traceTool(tool as never)).toThrow(ArgumentError);
});

test('an option that does not exist is refused', () => {
  expect(() => weather({ propagate: true } as TelemetryOptions)).toThrow(
    'traceTool() has no option `propagate`',
  );
});
