import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import nock from 'nock';
import { afterAll, describe, expect, test } from 'vitest';

import { fetchText } from '../../../../codegen/files/fetch-text.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { readUpstreamYaml } from '../../../../codegen/files/read-upstream.js';
import { failureOf } from '../../../helpers/failure-of.js';
import { closedOrigin, serve } from '../../../helpers/loopback.js';

const scratch = mkdtempSync(join(tmpdir(), 'read-description-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const text = 'openapi: 3.1.0\npaths: {}\n';

const readDescription = async (fileOrUrl: string, timeLimitMs?: number) =>
  readUpstreamYaml(await fetchText(fileOrUrl, timeLimitMs), fileOrUrl);

function fileOf(name: string, content: string): string {
  const file = join(scratch, name);
  writeFileSync(file, content);
  return file;
}

async function messageOf(fileOrUrl: string, timeLimitMs?: number): Promise<string> {
  const failure = await failureOf(readDescription(fileOrUrl, timeLimitMs));
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

test('reads a file', async () => {
  expect(await readDescription(fileOf('fine.yaml', text))).toEqual({ openapi: '3.1.0', paths: {} });
});

test('reads from the web, and follows where it is sent', async () => {
  nock('https://example.com')
    .get('/openapi.yaml')
    .reply(302, '', { location: 'https://example.com/v2.yaml' });
  nock('https://example.com').get('/v2.yaml').reply(200, text);

  expect(await readDescription('https://example.com/openapi.yaml')).toEqual({ openapi: '3.1.0', paths: {} });
});

describe('says what is wrong, and what to do, if', () => {
  test.each<[string, () => string | Promise<string>, RegExp]>([
    ['nothing responds', closedOrigin, /cannot be reached \(ECONNREFUSED\)\. Retry later, or give a file/],
    [
      'the response breaks off',
      () =>
        serve((_, response) => {
          response.writeHead(200, { 'content-length': '1000' });
          response.write(text, () => response.destroy());
        }),
      /cannot be reached \(.+\)\. Retry later, or give a file/,
    ],
    [
      'the server fails',
      () => serve((_, response) => response.writeHead(503).end()),
      /responds with status 503\. Retry later/,
    ],
    ['a sign-in page responds', () => serve((_, response) => response.end('<html>')), /is a web page/],
    ['the URL is none', () => 'http://', /http:\/\/: cannot be reached \(.+\)/],
    ['the file is missing', () => join(scratch, 'nowhere.yaml'), /nowhere\.yaml: cannot be read \(ENOENT\)/],
    ['the file is a folder', () => scratch, /cannot be read \(EISDIR\)/],
    [
      'the file is not valid YAML',
      () => fileOf('broken.yaml', 'openapi: 3.1.0\npaths: [\n'),
      /broken\.yaml:\d+:\d+: not valid YAML/,
    ],
  ])('%s', async (_, placeOf, message) => {
    expect(await messageOf(await placeOf())).toMatch(message);
  });

  test('the response does not come in time', async () => {
    const origin = await serve((_, response) => response.write('openapi'));

    expect(await messageOf(origin, 50)).toContain('cannot be reached (no response within 0.05 s)');
  });
});
