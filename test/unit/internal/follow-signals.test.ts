import { getEventListeners } from 'node:events';

import { expect, test } from 'vitest';

import { followSignals } from '../../../src/internal/follow-signals.js';

test('the controller aborts when the signal does, for the same reason', () => {
  const leader = new AbortController();
  const { controller } = followSignals(leader.signal);

  leader.abort('enough');

  expect(controller.signal.reason).toBe('enough');
});

test('the controller of a signal that has aborted is aborted from the start', () => {
  const { controller } = followSignals(AbortSignal.abort('too late'));

  expect(controller.signal.reason).toBe('too late');
});

test('the controller can be aborted without touching the signal', () => {
  const leader = new AbortController();

  followSignals(leader.signal).controller.abort();

  expect(leader.signal.aborted).toBe(false);
});

test('once released, the controller no longer follows and the signal holds no listener', () => {
  const leader = new AbortController();
  const following = followSignals(leader.signal);
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(1);

  following.release();
  leader.abort();

  expect(following.controller.signal.aborted).toBe(false);
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(0);
});

test('without a signal there is a controller all the same', () => {
  const following = followSignals();

  following.release();

  expect(following.controller.signal.aborted).toBe(false);
});

test('the first of several signals wins, and the others are let go', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const { controller } = followSignals(first.signal, undefined, second.signal);

  second.abort('enough');

  expect(controller.signal.reason).toBe('enough');
  expect(getEventListeners(first.signal, 'abort')).toHaveLength(0);
});

test('a signal has one listener, however many follow it', () => {
  const leader = new AbortController();
  const all = Array.from({ length: 100 }, () => followSignals(leader.signal));
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(1);

  all[0]!.release();
  leader.abort('enough');

  expect(all.filter(({ controller }) => controller.signal.aborted)).toHaveLength(99);
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(0);
});

test('a signal can be followed again once nobody does', () => {
  const leader = new AbortController();

  followSignals(leader.signal).release();
  const { controller } = followSignals(leader.signal);
  leader.abort();

  expect(controller.signal.aborted).toBe(true);
});
