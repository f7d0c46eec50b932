import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { decodeBase64 } from '../../../src/internal/decode-base64.js';
import { toBase64 } from '../../../src/internal/encode-base64.js';

const native = vi.fn((text: string) => Uint8Array.from(Buffer.from(text, 'base64')));

/** What a runtime may have: its own decoder, Node's buffers, or `atob` alone. */
const runtimes: Record<string, () => void> = {
  'a decoder of its own': () => Object.assign(Uint8Array, { fromBase64: native }),
  'the buffers of Node': () => undefined,
  'atob alone': () => void vi.stubGlobal('Buffer', undefined),
};

afterEach(() => {
  native.mockClear();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Uint8Array, 'fromBase64');
});

describe.each(Object.entries(runtimes))('a runtime with %s', (name, prepare) => {
  test('decodes what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const text = toBase64(bytes);
        prepare();
        expect(decodeBase64(text)).toEqual(bytes);
        vi.unstubAllGlobals();
        Reflect.deleteProperty(Uint8Array, 'fromBase64');
      }),
    );
    expect(native.mock.calls.length > 0).toBe(name === 'a decoder of its own');
  });

  test.skipIf(name === 'a decoder of its own').each(['*', 'abc=d', 'a', 'é'])('refuses %j', (text) => {
    prepare();

    expect(decodeBase64(text)).toBeUndefined();
  });

  test('gives bytes that are no part of a buffer of others', () => {
    prepare();

    expect(decodeBase64('AAAA')!.buffer.byteLength).toBe(3);
  });
});
