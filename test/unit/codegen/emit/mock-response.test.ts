import { expect, test } from 'vitest';

import { emitMock } from '../../../../codegen/emit/mock.js';
import { collectOperations } from '../../../../codegen/description/operations.js';
import { refuse } from '../../../../codegen/run/pipeline-error.js';
import { documentOf } from '../../../helpers/small-document.js';

test('the mock sends no event that is always thrown as an error, however the stream ends', () => {
  const ref = (name: string) => `{ $ref: '#/components/schemas/${name}' }`;
  const document = documentOf(
    `{ /v1/words: { get: { operationId: words.stream, x-stream: { format: sse, done: '[DONE]' }, responses: { '200': { description: D., content: { text/event-stream: { schema: { oneOf: [${ref('Word')}, ${ref('Broken')}] } } } } } } } }`,
    `{ schemas: {
      Word: { type: object, required: [word], properties: { word: { type: string } } },
      Broken: { type: object, required: [error], properties: { error: { type: string } } },
    } }`,
  );

  const text = emitMock(document, collectOperations(document), refuse);

  expect(text).toContain('{ "word": named }');
  expect(text).not.toContain('"error"');
});
