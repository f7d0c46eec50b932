import { expectTypeOf, test } from 'vitest';

import type { MistralOptions, Observer } from '../../src/index.js';
import { openTelemetry, traceTool } from '../../src/otel/index.js';

test('what makes spans of calls is an observer', () => {
  expectTypeOf(openTelemetry({ captureContent: true })).toEqualTypeOf<Observer>();
  expectTypeOf({ observer: openTelemetry() }).toExtend<MistralOptions>();
  // It is to be called.
  expectTypeOf({ observer: openTelemetry }).not.toExtend<MistralOptions>();
  // @ts-expect-error only true turns it on
  openTelemetry({ captureContent: 'yes' });
});

test('a traced tool has the type of the tool', () => {
  const tool = { name: 'sum', execute: (a: number, b: number) => a + b, more: true };

  expectTypeOf(traceTool(tool)).toEqualTypeOf(tool);
  traceTool({ type: 'function', function: { name: 'sum' }, execute: () => 1 });
  // @ts-expect-error nobody knows what to call it
  traceTool({ execute: () => 1 });
  // @ts-expect-error nothing to trace
  traceTool({ name: 'sum' });
});
