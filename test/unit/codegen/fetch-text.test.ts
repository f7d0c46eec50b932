import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { fetchText } from '../../../codegen/fetch-text.js';
import { PipelineError } from '../../../codegen/pipeline-error.js';
import { failureOf } from '../../helpers/failure-of.js';
import { closedOrigin, serve } from '../../helpers/loopback.js';

async function messageOf(source: string): Promise<string> {
  const failure = await failureOf(fetchText(source));
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

describe('the text', () => {
  test('of a file is what it holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fetch-'));
    writeFileSync(join(folder, 'http.yaml'), 'openapi: é\n');

    expect(await fetchText(join(folder, 'http.yaml'))).toBe('openapi: é\n');

    rmSync(folder, { recursive: true });
  });

  test('of a URL is what it leads to, redirects included', async () => {
    const origin = await serve(({ url }, response) =>
      url === '/moved' ? response.writeHead(302, { location: '/there' }).end() : response.end('openapi: é\n'),
    );

    expect(await fetchText(`${origin}/moved`)).toBe('openapi: é\n');
  });
});

describe('what cannot be had is said with its name:', () => {
  test('a file that is not there', async () => {
    expect(await messageOf('no/such/file.yaml')).toMatch(/^no\/such\/file\.yaml: cannot be read \(ENOENT\)/);
  });

  test('a folder', async () => {
    expect(await messageOf('codegen')).toMatch(/^codegen: cannot be read \(EISDIR\)/);
  });

  test('a server that is gone', async () => {
    const origin = await closedOrigin();

    expect(await messageOf(origin)).toBe(
      `${origin}: cannot be reached (ECONNREFUSED). Try again later, or give a file.`,
    );
  });

  test('a status that is no success', async () => {
    const origin = await serve((_, response) => response.writeHead(404).end('nothing'));

    expect(await messageOf(origin)).toBe(
      `${origin}: answers with status 404. Try again later, or give a file.`,
    );
  });

  test('an answer that breaks off', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('openapi:');
      setImmediate(() => response.destroy());
    });

    expect(await messageOf(origin)).toMatch(/: cannot be reached \(\S.*\)\. Try again later/);
  });

  test('an answer that takes too long', async () => {
    const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    const fetch = vi.spyOn(globalThis, 'fetch').mockRejectedValue(timeout);

    expect(await messageOf('https://upstream.test')).toBe(
      'https://upstream.test: cannot be reached (no answer within 30 s). Try again later, or give a file.',
    );

    fetch.mockRestore();
  });
});
