import { describe, expect, test } from 'vitest';

import type { ContentChunkParam } from '../../../generated/types.gen.js';
import { contentFreeOf } from '../../../src/errors/content-free.js';
import { mcpTools, McpToolError, type McpClient } from '../../../src/mcp/index.js';
import { toolContent } from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';

/** What the tool `a.b` of a run returns for a result of its server. */
async function returned(result: unknown): Promise<unknown> {
  const client: McpClient = {
    listTools: async () => ({ tools: [{ name: 'a.b', inputSchema: { type: 'object' } }] }),
    callTool: async () => result,
  };
  const [tool] = await mcpTools(client);
  const { signal } = new AbortController();
  return tool!.execute({}, { signal, callId: 'aaaaaaaaa', round: 1, reportProgress() {} });
}

const text = (said: string) => ({ type: 'text' as const, text: said });
const resource = (fields: object) => ({ type: 'resource', resource: { uri: 'file:///a', ...fields } });

describe('a result', () => {
  test.each<[string, unknown[], unknown]>([
    ['text', [text('A')], 'A'],
    ['texts', [text('A'), text('B')], 'A\nB'],
    ['nothing', [], undefined],
    ['the text of a resource', [resource({ text: '# A', mimeType: 'text/markdown' })], '# A'],
    [
      'a link',
      [{ type: 'resource_link', name: 'a', title: 'A', uri: 'file:///a', description: 'The first' }],
      'A\nfile:///a\nThe first',
    ],
    ['a link without more', [{ type: 'resource_link', name: 'a', uri: 'file:///a' }], 'a\nfile:///a'],
    [
      'a file of another type',
      [resource({ blob: 'AAAA', mimeType: 'application/zip' })],
      '[The resource file:///a (application/zip) is left out: it is not text, an image, audio or a PDF]',
    ],
    ['a file of text as bytes', [resource({ blob: 'w6k=', mimeType: 'text/plain; charset=utf-8' })], 'é'],
    ['a file of JSON as bytes', [resource({ blob: 'e30=', mimeType: 'application/ld+json' })], '{}'],
    [
      'a file that is said to be text, and is not',
      [resource({ blob: '/w==', mimeType: 'text/plain' })],
      '[The resource file:///a (text/plain) is left out: it is not text, an image, audio or a PDF]',
    ],
    ['a text that is no block', ['A'], 'A'],
    [
      'a block of another type',
      [{ type: 'hologram' }],
      '[Content of the type "hologram" is left out: it is not text, an image, audio or a PDF]',
    ],
  ])('of %s is text', async (_, content, expected) => {
    expect(await returned({ content })).toEqual(expected);
  });

  test.each<[string, object, ContentChunkParam]>([
    [
      'an image',
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'image_url', image_url: 'data:image/png;base64,AAAA' },
    ],
    [
      'audio',
      { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
      { type: 'input_audio', input_audio: 'AAAA' },
    ],
    [
      'an image as a resource',
      resource({ blob: 'AAAA', mimeType: 'image/jpeg' }),
      { type: 'image_url', image_url: 'data:image/jpeg;base64,AAAA' },
    ],
    [
      'a PDF with a parameter in its type',
      resource({ blob: 'AAAA', mimeType: 'Application/PDF; version=1.7' }),
      { type: 'document_url', document_url: 'data:application/pdf;base64,AAAA' },
    ],
    [
      'a PDF',
      resource({ blob: 'AAAA', mimeType: 'application/pdf' }),
      { type: 'document_url', document_url: 'data:application/pdf;base64,AAAA' },
    ],
  ])('of %s is content, in its order', async (_, block, chunk) => {
    expect(await returned({ content: [text('A'), block, text('B')] })).toEqual(
      toolContent([text('A'), chunk, text('B')]),
    );
  });

  test('never has `_meta` or annotations of its content', async () => {
    const hidden = { _meta: { a: 1 }, annotations: { audience: ['user'] } };

    expect(
      await returned({
        content: [
          { ...text('A'), ...hidden },
          { type: 'image', data: 'AAAA', mimeType: 'image/png', ...hidden },
        ],
        _meta: { b: 1 },
      }),
    ).toEqual(toolContent([text('A'), { type: 'image_url', image_url: 'data:image/png;base64,AAAA' }]));
  });

  test.each([undefined, null, 'A', 7])('that is %j is an error that names the tool', async (result) => {
    const failure = await failureOf(returned(result));

    expect((failure as Error).message).toMatch(/^callTool\(\) of the MCP client must return .* for `a\.b`$/);
  });
});

describe('structured content', () => {
  test.each<[unknown]>([[{ celsius: 21 }], [[1, 2]], ['A']])('alone is the result: %j', async (value) => {
    expect(await returned({ content: [], structuredContent: value })).toEqual(value);
    expect(await returned({ structuredContent: value })).toEqual(value);
  });

  test.each<[string, unknown[], unknown]>([
    ['as JSON', [text('{ "celsius": 21 }')], { celsius: 21 }],
    ['as JSON among other texts', [text('Now:'), text('{"celsius":21}')], { celsius: 21 }],
    ['as a text, wrapped in `result`', [text('5')], { result: '5' }],
    ['as a number, wrapped in `result`', [text('5')], { result: 5 }],
    ['item by item, wrapped in `result`', [text('A'), text('{"b":1}')], { result: ['A', { b: 1 }] }],
  ])('that the texts say already, %s, is not sent twice', async (_, content, structuredContent) => {
    expect(await returned({ content, structuredContent })).toBe(
      (content as { text: string }[]).map((block) => block.text).join('\n'),
    );
  });

  test.each<[unknown[], unknown]>([
    [[text('3 found')], { found: [1, 2, 3] }],
    [[text('A')], { result: ['A', 'B'] }],
    [[text('A')], { result: 'B' }],
    [[text('A')], { result: 'A', more: 1 }],
  ])('that the texts %j do not say follows them: %j', async (content, structuredContent) => {
    expect(await returned({ content, structuredContent })).toBe(
      `${(content as { text: string }[])[0]!.text}\n${JSON.stringify(structuredContent)}`,
    );
  });

  test('follows an image', async () => {
    const image = { type: 'image', data: 'AAAA', mimeType: 'image/png' };

    expect(await returned({ content: [image], structuredContent: { a: 1 } })).toEqual(
      toolContent([{ type: 'image_url', image_url: 'data:image/png;base64,AAAA' }, text('{"a":1}')]),
    );
  });
});

describe('a result that is an error', () => {
  test.each<[object, string]>([
    [{ content: [text('No such file'), text('Try another')] }, 'No such file\nTry another'],
    [{ content: [], structuredContent: { code: 1 } }, '{"code":1}'],
    [{ content: [] }, 'it did not say why'],
  ])('%j is thrown, with what it says', async (fields, said) => {
    const result = { ...fields, isError: true };

    const failure = await failureOf(returned(result));

    expect(failure).toBeInstanceOf(McpToolError);
    expect(failure).toMatchObject({
      message: `The MCP tool \`a.b\` failed: ${said}`,
      toolName: 'a.b',
      result,
    });
    expect(contentFreeOf(failure)).toBe('An MCP tool failed');
  });
});
