import { describe, expect, test, vi } from 'vitest';

import { Silence } from '../../../src/streaming/silence.js';
import { saysNothing } from '../../../src/streaming/says-nothing.js';
import { handClock } from '../../helpers/hand-clock.js';

function silence(firstEventTimeoutMs: number, idleTimeoutMs: number) {
  const clock = handClock();
  const onTooLong = vi.fn();
  return { clock, onTooLong, silence: new Silence(clock, { firstEventTimeoutMs, idleTimeoutMs }, onTooLong) };
}

describe('a silence', () => {
  test('is too long when its limit is reached, and not before', () => {
    const { clock, onTooLong, silence: it } = silence(100, 50);

    it.wait();
    clock.pass(99);
    expect(onTooLong).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTooLong).toHaveBeenCalledExactlyOnceWith({
      limitMs: 100,
      lastByteAgoMs: undefined,
      isAlive: false,
    });
  });

  test('goes on through bytes that say nothing, and knows that they came', () => {
    const { clock, onTooLong, silence: it } = silence(100, 50);

    it.wait();
    clock.pass(60);
    it.hearBytes();
    it.wait();
    clock.pass(39);
    expect(onTooLong).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTooLong).toHaveBeenCalledExactlyOnceWith({ limitMs: 100, lastByteAgoMs: 40, isAlive: true });
  });

  test('ends with what says something, and the next has the other limit', () => {
    const { clock, onTooLong, silence: it } = silence(100, 50);

    it.wait();
    clock.pass(90);
    it.hearBytes();
    it.end();
    it.wait();
    clock.pass(49);
    expect(onTooLong).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTooLong).toHaveBeenCalledExactlyOnceWith({ limitMs: 50, lastByteAgoMs: 50, isAlive: false });
  });

  test('is measured to the millisecond over many waits with one timer', () => {
    const { clock, onTooLong, silence: it } = silence(100, 100);

    for (let event = 0; event < 1000; event += 1) {
      it.wait();
      clock.pass(99);
      it.hearBytes();
      it.end();
      expect(clock.pending()).toBe(1);
    }
    it.wait();
    clock.pass(99);
    expect(onTooLong).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTooLong).toHaveBeenCalledOnce();
  });

  test('does not grow while nobody waits', () => {
    const { clock, onTooLong, silence: it } = silence(100, 50);

    it.wait();
    clock.pass(40);
    it.hearBytes();
    clock.pass(1_000_000);
    it.wait();
    clock.pass(59);
    expect(onTooLong).not.toHaveBeenCalled();
    clock.pass(1);

    expect(onTooLong).toHaveBeenCalledOnce();
  });

  test('leaves no timer behind once it is stopped', () => {
    const { clock, onTooLong, silence: it } = silence(100, 50);

    it.wait();
    it.stop();
    clock.pass(1000);

    expect(clock.pending()).toBe(0);
    expect(onTooLong).not.toHaveBeenCalled();
  });

  test('without limits needs no timer', () => {
    const { clock, silence: it } = silence(Infinity, Infinity);

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
    expect(saysNothing(event)).toBe(true);
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
    expect(saysNothing(event)).toBe(false);
  });
});
