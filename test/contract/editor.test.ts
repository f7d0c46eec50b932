import { resolve } from 'node:path';

import ts from 'typescript';
import { expect, test } from 'vitest';

import { openEditor } from '../helpers/language-service.js';

const program = `
import { Mistral } from '../../src/index.js';
import { speak } from '../../src/audio/index.js';
declare const mistral: Mistral;
mistral.chat.stream;
mistral.batch.jobs.list;
mistral.files.upload;
mistral.chat.complete({ model: '', messages: [], max_tokens: 1 });
mistral.embeddings.create({ input: [], model: '' });
mistral.beta.conversations.start({ inputs: [], model: '' });
speak(mistral.audio.speech, { input: '', model: '' });
`;

const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)) as { config: unknown };
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
const { hover, definition, completions } = openEditor('test/contract/editor-probe.ts', program, options);

test('hovering a method shows its documentation and its route', () => {
  const { documentation } = hover('.stream');

  expect(documentation).toContain('chunk by chunk');
  expect(documentation).toContain('POST /v1/chat/completions');
});

test('hovering a method shows its parameters and its answer by name', () => {
  expect(hover('jobs.list').signature).toContain(
    'list: (params?: BatchJobsListParams | undefined, options?: RequestOptions) => PagePromise<BatchJob>',
  );
  expect(hover('.upload').signature).toContain('FilesUploadParams');
});

test('hovering a parameter shows what the description says of it', () => {
  expect(hover('max_tokens').documentation).toContain('maximum number of tokens');
});

test('going to the definition of a method leads to its shape in generated/api.gen.ts', () => {
  expect(definition('.stream')).toEqual({
    file: resolve('generated/api.gen.ts'),
    name: 'stream',
    line: 'stream: {',
  });
});

test.each([
  ["complete({ model: ''", 'mistral-small-latest'],
  ["input: [], model: ''", 'mistral-embed'],
  ["inputs: [], model: ''", 'mistral-medium-latest'],
  ["input: '', model: ''", 'voxtral-mini-tts-latest'],
])('the ids of models complete in %s', (place, id) => {
  expect(completions(place)).toContain(id);
});
