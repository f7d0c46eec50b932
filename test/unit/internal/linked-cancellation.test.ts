import { getEventListeners } from 'node:events';

import { expect, test } from 'vitest';

import { linkSignals } from '../../../src/internal/linked-cancellation.js';

test('what follows a signal aborts when the signal does, for the same reason', () => {
  const leader = new AbortController();
  const cancellation = linkSignals(leader.signal);

  leader.abort('enough');

  expect(cancellation.signal.reason).toBe('enough');
});

test('what follows a signal that has aborted is aborted from the start', () => {
  const cancellation = linkSignals(AbortSignal.abort('too late'));

  expect(cancellation.signal.reason).toBe('too late');
});

test('what follows can be aborted without touching the signal', () => {
  const leader = new AbortController();

  linkSignals(leader.signal).abort();

  expect(leader.signal.aborted).toBe(false);
});

test('once released, it no longer follows and the signal holds no listener', () => {
  const leader = new AbortController();
  const cancellation = linkSignals(leader.signal);
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(1);

  cancellation.release();
  leader.abort();

  expect(cancellation.signal.aborted).toBe(false);
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(0);
});

test('without a signal there is something to abort all the same', () => {
  const cancellation = linkSignals();

  cancellation.release();

  expect(cancellation.signal.aborted).toBe(false);
});

test('the first of several signals wins, and the others are let go', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const cancellation = linkSignals(first.signal, undefined, second.signal);

  second.abort('enough');

  expect(cancellation.signal.reason).toBe('enough');
  expect(getEventListeners(first.signal, 'abort')).toHaveLength(0);
});

test('a signal has one listener, however many follow it', () => {
  const leader = new AbortController();
  const all = Array.from({ length: 100 }, () => linkSignals(leader.signal));
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(1);

  all[0]!.release();
  leader.abort('enough');

  expect(all.filter(({ signal }) => signal.aborted)).toHaveLength(99);
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(0);
});

test('a signal can be followed again once nobody does', () => {
  const leader = new AbortController();

  linkSignals(leader.signal).release();
  const cancellation = linkSignals(leader.signal);
  leader.abort();

  expect(cancellation.signal.aborted).toBe(true);
});
