import { describe, expect, test, vi } from 'vitest';

import { IdleTimer } from '../../../src/streaming/idle-timer.js';
import { isEmptyEvent } from '../../../src/streaming/is-empty-event.js';
import { handClock } from '../../helpers/hand-clock.js';

function idleTimer(firstEventTimeoutMs: number, idleTimeoutMs: number) {
  const clock = handClock();
  const onTimeout = vi.fn();
  return {
    clock,
    onTimeout,
    idleTimer: new IdleTimer(clock, { firstEventTimeoutMs, idleTimeoutMs }, onTimeout),
  };
}

describe('an idle timer', () => {
  test('is too long when its limit is reached, and not before', () => {
    const { clock, onTimeout, idleTimer: it } = idleTimer(100, 50);

    it.wait();
    clock.pass(99);
    expect(onTimeout).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTimeout).toHaveBeenCalledExactlyOnceWith({
      limitMs: 100,
      lastByteAgoMs: undefined,
      isAlive: false,
    });
  });

  test('goes on through bytes that say nothing, and knows that they came', () => {
    const { clock, onTimeout, idleTimer: it } = idleTimer(100, 50);

    it.wait();
    clock.pass(60);
    it.onBytes();
    it.wait();
    clock.pass(39);
    expect(onTimeout).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTimeout).toHaveBeenCalledExactlyOnceWith({ limitMs: 100, lastByteAgoMs: 40, isAlive: true });
  });

  test('ends with what says something, and the next has the other limit', () => {
    const { clock, onTimeout, idleTimer: it } = idleTimer(100, 50);

    it.wait();
    clock.pass(90);
    it.onBytes();
    it.reset();
    it.wait();
    clock.pass(49);
    expect(onTimeout).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTimeout).toHaveBeenCalledExactlyOnceWith({ limitMs: 50, lastByteAgoMs: 50, isAlive: false });
  });

  test('is measured to the millisecond over many waits with one timer', () => {
    const { clock, onTimeout, idleTimer: it } = idleTimer(100, 100);

    for (let event = 0; event < 1000; event += 1) {
      it.wait();
      clock.pass(99);
      it.onBytes();
      it.reset();
      expect(clock.pending()).toBe(1);
    }
    it.wait();
    clock.pass(99);
    expect(onTimeout).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTimeout).toHaveBeenCalledOnce();
  });

  test('does not grow while nobody waits', () => {
    const { clock, onTimeout, idleTimer: it } = idleTimer(100, 50);

    it.wait();
    clock.pass(40);
    it.onBytes();
    clock.pass(1_000_000);
    it.wait();
    clock.pass(59);
    expect(onTimeout).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTimeout).toHaveBeenCalledOnce();
  });

  test('leaves no timer behind once it is stopped', () => {
    const { clock, onTimeout, idleTimer: it } = idleTimer(100, 50);

    it.wait();
    it.stop();
    clock.pass(1000);

    expect(clock.pending()).toBe(0);
    expect(onTimeout).not.toHaveBeenCalled();
  });

  test('without limits needs no timer', () => {
    const { clock, idleTimer: it } = idleTimer(Infinity, Infinity);

    it.wait();

    expect(clock.pending()).toBe(0);
  });
});

const chunk = (delta: object, rest: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason: null, ...rest }],
});

describe('nothing is said by', () => {
  test.each([
    ['a chunk that opens a message', chunk({ role: 'assistant', content: '' })],
    ['an empty delta', chunk({})],
    ['null and empty lists', chunk({ content: null, tool_calls: [], refusal: null })],
    ['empty blocks', chunk({ content: [] })],
    ['no choices', { choices: [] }],
    ['an empty delta of a conversation', { type: 'message.output.delta', content: '' }],
    ['an empty delta of a transcription', { type: 'transcription.text.delta', text: '' }],
  ])('%s', (_, event) => {
    expect(isEmptyEvent(event)).toBe(true);
  });
});

describe('something is said by', () => {
  test.each([
    ['text', chunk({ content: 'a' })],
    ['blocks', chunk({ content: [{ type: 'text', text: 'a' }] })],
    ['a tool call', chunk({ tool_calls: [{ function: { name: 'f' } }] })],
    ['a field that nobody knows', chunk({ reasoning: 'Hm' })],
    ['the end of a choice', chunk({ content: '' }, { finish_reason: 'stop' })],
    ['one choice of two', { choices: [chunk({}).choices[0], chunk({ content: 'a' }).choices[0]] }],
    ['usage', { choices: [], usage: { total_tokens: 1 } }],
    ['a delta with a block', { type: 'message.output.delta', content: { type: 'text', text: 'a' } }],
    ['a function call that begins', { type: 'function.call.delta', name: 'f', arguments: '' }],
    ['any other event', { type: 'conversation.response.started' }],
    ['an event of no known kind', { n: 1 }],
    ['a number', 42],
  ])('%s', (_, event) => {
    expect(isEmptyEvent(event)).toBe(false);
  });
});
