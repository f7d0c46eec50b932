import nock from 'nock';
import { afterEach, beforeEach, expect } from 'vitest';

// Tests talk to nock or to loopback. Unanswered requests fail at once, unused replies at the end.
beforeEach(() => {
  nock.disableNetConnect();
  nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/);
});

afterEach(() => {
  const unused = nock.pendingMocks();
  nock.cleanAll();
  expect(unused, 'nock replies that no request asked for').toEqual([]);
});
