import { getEventListeners } from 'node:events';

import { expect, test } from 'vitest';

import { followSignal } from '../../../src/internal/follow-signal.js';

test('the controller aborts when the signal does, for the same reason', () => {
  const leader = new AbortController();
  const { controller } = followSignal(leader.signal);

  leader.abort('enough');

  expect(controller.signal.reason).toBe('enough');
});

test('the controller of a signal that has aborted is aborted from the start', () => {
  const { controller } = followSignal(AbortSignal.abort('too late'));

  expect(controller.signal.reason).toBe('too late');
});

test('the controller can be aborted without touching the signal', () => {
  const leader = new AbortController();

  followSignal(leader.signal).controller.abort();

  expect(leader.signal.aborted).toBe(false);
});

test('once released, the controller no longer follows and the signal holds no listener', () => {
  const leader = new AbortController();
  const { controller, release } = followSignal(leader.signal);
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(1);

  release();
  leader.abort();

  expect(controller.signal.aborted).toBe(false);
  expect(getEventListeners(leader.signal, 'abort')).toHaveLength(0);
});

test('without a signal there is a controller all the same', () => {
  const { controller, release } = followSignal(undefined);

  release();

  expect(controller.signal.aborted).toBe(false);
});
