import { rmSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';

import { createConsumer } from '../../scripts/packed.js';
import { compileConsumers, settings } from '../../scripts/type-matrix.js';
import { openEditor } from '../helpers/language-service.js';

/** A small part of `npm run test:types`: the oldest compiler, ours and the newest, at their strictest. */
const strictest = settings.filter(
  ({ compiler, moduleResolution, globals, skipLibCheck, exactOptionalPropertyTypes }) =>
    compiler !== '6.0' &&
    globals === (moduleResolution === 'bundler' ? 'DOM' : 'Node') &&
    moduleResolution !== 'node16' &&
    !skipLibCheck &&
    exactOptionalPropertyTypes,
);

/** A program with LangChain, both as a module and as CommonJS: it gets classes of ours that extend those that it imports. */
const withLangChain = settings.filter(
  ({ compiler, moduleResolution, globals, skipLibCheck, exactOptionalPropertyTypes }) =>
    compiler === '5.9' &&
    moduleResolution === 'nodenext' &&
    globals === 'DOM and Node' &&
    skipLibCheck &&
    exactOptionalPropertyTypes,
);

test('programs that use the packed package compile under TypeScript 5.4, 5.9 and 7.0, with all declarations checked', async () => {
  expect(strictest).toHaveLength(8);
  expect(withLangChain).toHaveLength(1);

  expect(await compileConsumers([...strictest, ...withLangChain])).toEqual([]);
}, 180_000);

describe('in an editor, the packed package', () => {
  const { folder } = createConsumer();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const program = `
    import { Mistral, APIError } from 'mistral-sdk';
    import { runTools } from 'mistral-sdk/tools';
    declare const mistral: Mistral;
    mistral.chat.complete({ model: '', messages: [], max_tokens: 1 }, { timeoutMs: 1 });
    mistral.batch.jobs.list;
    runTools;
    APIError.prototype.requestId;
  `;
  const editor = openEditor(join(folder, 'program.mts'), program, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    types: [],
  });

  test.each([
    ['chat.complete', 'Answer a conversation', 'POST /v1/chat/completions'],
    ['max_tokens', 'maximum number of tokens', ''],
    ['timeoutMs', 'attempt', ''],
    ['    runTools', 'tool', ''],
  ])('shows what `%s` does', (text, ...words) => {
    const { documentation } = editor.hover(text);

    for (const word of words) expect(documentation).toContain(word);
    expect(documentation).not.toBe('');
  });

  test('shows parameters and answers by name', () => {
    expect(editor.hover('jobs.list').signature).toContain(
      'list: (params?: BatchJobsListParams | undefined, options?: RequestOptions) => PagePromise<BatchJob>',
    );
  });

  test.each([
    ['chat.complete', 'core.d.ts', 'complete: {'],
    ['max_tokens', 'types.gen.d.ts', 'max_tokens?: number | null | undefined;'],
    ['timeoutMs', 'core.d.ts', 'readonly timeoutMs?: number | undefined;'],
    ['requestId', 'core.d.ts', 'requestId: string | undefined;'],
  ])('leads from `%s` to where it is declared, documented', (text, file, line) => {
    const definition = editor.definition(text);

    expect(definition.file).toMatch(new RegExp(`/node_modules/mistral-sdk/dist/types/.*/?${file}$`));
    expect(definition.line).toBe(line);
  });
});
