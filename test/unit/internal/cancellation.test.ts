import { expect, onTestFinished, test, vi } from 'vitest';

import { Cancellation, onAbort } from '../../../src/internal/cancellation.js';

test('aborting tells those who follow, once, and the signal with the same reason', () => {
  const cancellation = new Cancellation();
  const { signal } = cancellation;
  const follower = vi.fn();
  cancellation.onAbort(follower);

  cancellation.abort('enough');
  cancellation.abort('too late');

  expect(follower).toHaveBeenCalledOnce();
  expect([cancellation.aborted, cancellation.reason, signal.reason]).toEqual([true, 'enough', 'enough']);
  expect(() => cancellation.throwIfAborted()).toThrow('enough');
});

test('a signal that is asked for after the abort has aborted', () => {
  const cancellation = new Cancellation();
  cancellation.abort('enough');

  expect(cancellation.signal.reason).toBe('enough');
  expect(cancellation.controller.signal).toBe(cancellation.signal);
});

test('without a reason it is the one of the platform', () => {
  const cancellation = new Cancellation();
  cancellation.abort();

  expect(cancellation.reason).toMatchObject({ name: 'AbortError' });
});

test('aborting makes no signal of the platform that nobody asks for', () => {
  const controllers = vi.spyOn(globalThis, 'AbortController');
  onTestFinished(() => controllers.mockRestore());

  new Cancellation().abort();

  expect(controllers).not.toHaveBeenCalled();
});

test('the reason that the platform gives stays the same', () => {
  const cancellation = new Cancellation();
  cancellation.abort();

  expect(cancellation.reason).toBe(cancellation.reason);
  expect(cancellation.reason).toBe(cancellation.signal.reason);
});

test('aborting its controller is aborting it, whoever has that', () => {
  const cancellation = new Cancellation();
  const follower = vi.fn();
  cancellation.onAbort(follower);

  const [first, second] = [cancellation.controller, cancellation.controller];
  second.abort('enough');

  expect(first).toBe(second);
  expect(follower).toHaveBeenCalledOnce();
  expect(cancellation.reason).toBe('enough');
});

test.each([
  ['a cancellation', () => new Cancellation()],
  ['a signal of the platform', () => new AbortController()],
])('%s does not tell who has taken it back', (_, make) => {
  const made = make();
  const follower = vi.fn();

  onAbort(made instanceof Cancellation ? made : made.signal, follower)();
  made.abort();

  expect(follower).not.toHaveBeenCalled();
});
