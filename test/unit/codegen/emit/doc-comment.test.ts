import ts from 'typescript';
import { expect, test } from 'vitest';

import { docComment } from '../../../../codegen/emit/doc-comment.js';

test('paragraphs stand apart', () => {
  expect(docComment(['One.', 'Two,\nin two lines.'])).toBe(
    '/**\n * One.\n *\n * Two,\n * in two lines.\n */',
  );
});

test('paragraphs without text are left out, and space around the others', () => {
  expect(docComment(['', '  One.\n\n', ' \n ', 'Two.'])).toBe('/**\n * One.\n *\n * Two.\n */');
});

test('an empty line inside a paragraph has no space at its end', () => {
  expect(docComment(['One.\n\n- two'])).toBe('/**\n * One.\n *\n * - two\n */');
});

test.each(['a */ b', '*/', 'pages/**/*', '*/*/', '**/', 'a\n*/\nb', '/* a */'])(
  'text cannot end the comment: %j',
  (text) => {
    const source = ts.createSourceFile(
      'a.ts',
      `${docComment([text])}\nexport const a = 1;`,
      ts.ScriptTarget.Latest,
    );

    expect(source.statements).toHaveLength(1);
    expect(source.getFullText().match(/\*\//g)).toHaveLength(1);
  },
);
