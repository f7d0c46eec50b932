import { randomBytes } from 'node:crypto';

import { afterEach, expect, test, vi } from 'vitest';

import { toBase64 } from '../../../src/internal/encode-base64.js';

afterEach(() => vi.unstubAllGlobals());

test.each([0, 1, 2, 3, 24_575, 24_576, 24_577, 65_536, 262_144])(
  '%i bytes are encoded alike with and without the help of the runtime',
  (length) => {
    const bytes = randomBytes(length + 3);
    const expected = bytes.subarray(3).toString('base64');
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset + 3, length);

    expect(toBase64(view)).toBe(expected);
    expect(toBase64(Object.assign(view.slice(), { toBase64: () => 'native' }))).toBe('native');
    vi.stubGlobal('Buffer', undefined);
    expect(toBase64(view)).toBe(expected);
  },
);
