import { resolve } from 'node:path';

import ts from 'typescript';
import { expect, test } from 'vitest';

const program = `
import { Mistral } from '../../src/index.js';
declare const mistral: Mistral;
mistral.chat.stream;
mistral.batch.jobs.list;
mistral.files.upload;
mistral.chat.complete({ model: '', messages: [], max_tokens: 1 });
`;

const file = resolve('test/contract/editor-probe.ts');
const service = languageServiceFor(file, program);

test('hovering a method shows its documentation and its route', () => {
  const { documentation } = hover('.stream');

  expect(documentation).toContain('chunk by chunk');
  expect(documentation).toContain('POST /v1/chat/completions');
});

test('hovering a method shows its parameters and its answer by name', () => {
  expect(hover('jobs.list').signature).toContain(
    'list: (params?: BatchJobsListParams | undefined, options?: RequestOptions) => PagePromise<BatchJobOut>',
  );
  expect(hover('.upload').signature).toContain('FilesUploadParams');
});

test('hovering a parameter shows what the description says of it', () => {
  expect(hover('max_tokens').documentation).toContain('maximum number of tokens');
});

test('going to the definition of a method leads to its shape in generated/api.gen.ts', () => {
  const [definition] = service.getDefinitionAtPosition(file, position('.stream')) ?? [];

  expect(definition?.fileName).toBe(resolve('generated/api.gen.ts'));
  expect(definition?.name).toBe('stream');
});

function hover(text: string): { signature: string; documentation: string } {
  const info = service.getQuickInfoAtPosition(file, position(text));
  return {
    signature: ts.displayPartsToString(info?.displayParts),
    documentation: ts.displayPartsToString(info?.documentation),
  };
}

/** The last character of the text, where a cursor would be. */
const position = (text: string): number => program.indexOf(text) + text.length - 1;

function languageServiceFor(name: string, text: string): ts.LanguageService {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [name],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const content = path === name ? text : ts.sys.readFile(path);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => resolve('.'),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === name || ts.sys.fileExists(path),
    readFile: ts.sys.readFile,
  });
}
