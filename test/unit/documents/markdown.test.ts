import { describe, expect, test } from 'vitest';

import type { OCRImageObject, OCRPageObject } from '../../../generated/types.gen.js';
import { images, markdown, tables, type ImageReference } from '../../../src/documents/index.js';

const image = (id: string, image_base64?: string | null, image_annotation?: string): OCRImageObject => ({
  id,
  top_left_x: 0,
  top_left_y: 0,
  bottom_right_x: 1,
  bottom_right_y: 1,
  ...(image_base64 === undefined ? {} : { image_base64 }),
  ...(image_annotation === undefined ? {} : { image_annotation }),
});
const page = (index: number, text: string, more: Partial<OCRPageObject> = {}): OCRPageObject => ({
  index,
  markdown: text,
  images: [],
  dimensions: null,
  ...more,
});
const png = 'iVBORw0KGgo=';

/** Two pages, each with an image of the same id, as ranges that were read apart have. */
const answer = {
  pages: [
    page(0, '# One\n\n![img-0.jpeg](img-0.jpeg)\n', {
      images: [image('img-0.jpeg', 'data:image/png;base64,iVBORw0KGgo=', '{"a":1}')],
    }),
    page(4, '![img-0.jpeg](img-0.jpeg) and ![img-1.png](img-1.png)', {
      images: [image('img-0.jpeg', 'AQID'), image('img-1.png', png)],
    }),
  ],
};

test('pages are joined with two line breaks, or with what one likes, and images stay references', () => {
  expect(markdown(answer)).toBe(
    '# One\n\n![img-0.jpeg](img-0.jpeg)\n\n\n![img-0.jpeg](img-0.jpeg) and ![img-1.png](img-1.png)',
  );
  expect(markdown({ pages: [page(0, 'a'), page(1, 'b')] }, { pageSeparator: '\n---\n' })).toBe('a\n---\nb');
  expect(markdown({ pages: [] })).toBe('');
});

test('images become data URLs, each that of its own page', () => {
  expect(markdown(answer, { images: 'data-url', pageSeparator: '|' })).toBe(
    '# One\n\n![img-0.jpeg](data:image/png;base64,iVBORw0KGgo=)\n|' +
      '![img-0.jpeg](data:image/jpeg;base64,AQID) and ![img-1.png](data:image/png;base64,iVBORw0KGgo=)',
  );
});

test('a function says what stands for an image', () => {
  const asked: ImageReference[] = [];
  const text = markdown(answer, {
    images: (reference) => {
      asked.push(reference);
      return `figures/${reference.fileName}`;
    },
    pageSeparator: '|',
  });

  expect(text).toBe(
    '# One\n\n![img-0.jpeg](figures/page-0-img-0.jpeg)\n|' +
      '![img-0.jpeg](figures/page-4-img-0.jpeg) and ![img-1.png](figures/page-4-img-1.png)',
  );
  expect(asked[0]).toEqual({
    id: 'img-0.jpeg',
    page: 0,
    fileName: 'page-0-img-0.jpeg',
    annotation: '{"a":1}',
  });
});

test('what stands for an image ends its link nowhere, and patterns of replacing mean nothing', () => {
  const at = (target: string) => markdown({ pages: [answer.pages[0]!] }, { images: () => target });

  expect(at('my figure (1).png')).toContain('](my%20figure%20%281%29.png)');
  expect(at('<a>')).toContain('](%3Ca%3E)');
  expect(at('$&$1')).toContain('![img-0.jpeg]($&$1)');
});

test('links and images that the document itself has are left alone', () => {
  const text = '[a](https://a.example) ![b](other.png) [img-0.jpeg] (img-0.jpeg)';

  expect(
    markdown(
      { pages: [page(0, text, { images: [image('img-0.jpeg', png)] })] },
      { images: 'data-url', tables: 'inline' },
    ),
  ).toBe(text);
});

test('text that is made to be slow is read in time that grows with its length', () => {
  const text = '![](['.repeat(200_000) + ']('.repeat(200_000) + '['.repeat(200_000);
  const start = performance.now();
  markdown(
    { pages: [page(0, text, { images: [image('a', png)] })] },
    { images: 'data-url', tables: 'inline' },
  );

  expect(performance.now() - start).toBeLessThan(2000);
});

test('tables that came apart are put in their places, where one likes', () => {
  const found = [
    { id: 'tbl-0.html', content: '<table>$1</table>', format: 'html' },
    { id: 'tbl-1.html', content: '<table>2</table>', format: 'html' },
  ];
  const pages = [page(2, 'A [tbl-0.html](tbl-0.html) B [tbl-9.html](tbl-9.html)', { tables: found })];

  expect(markdown({ pages })).toBe(pages[0]!.markdown);
  expect(markdown({ pages }, { tables: 'inline' })).toBe('A <table>$1</table> B [tbl-9.html](tbl-9.html)');
  expect(tables({ pages: [...pages, page(3, '')] })).toEqual([
    { ...found[0], page: 2 },
    { ...found[1], page: 2 },
  ]);
});

test('images are decoded, with their page and media type', () => {
  expect(images(answer)).toEqual([
    {
      id: 'img-0.jpeg',
      page: 0,
      fileName: 'page-0-img-0.jpeg',
      annotation: '{"a":1}',
      mediaType: 'image/png',
      bytes: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]),
    },
    expect.objectContaining({ page: 4, mediaType: 'image/jpeg', bytes: new Uint8Array([1, 2, 3]) }),
    expect.objectContaining({ page: 4, mediaType: 'image/png', fileName: 'page-4-img-1.png' }),
  ]);
  expect(images({ pages: [page(0, '', { images: [image('scan', 'AQID')] })] })).toMatchObject([
    { mediaType: 'application/octet-stream' },
  ]);
});

test.each(['../../etc/passwd', '..\\up', 'C:\\x', '/root', 'a\u0000b'])(
  'the name of a file leads nowhere else, whatever the id (%j)',
  (id) => {
    const [found] = images({ pages: [page(0, '', { images: [image(id, 'AQID')] })] });

    expect(found?.fileName).toMatch(/^page-0-[\w.-]+$/);
  },
);

test.each([undefined, null, ''])(
  'images whose content was not asked for (%j) are refused, with what to ask for',
  (content) => {
    const pages = [page(0, '![a.png](a.png)', { images: [image('a.png', content)] })];
    const message = 'The image a.png has no content; request it with `include_image_base64: true`';

    expect(() => images({ pages })).toThrow(message);
    expect(() => markdown({ pages }, { images: 'data-url' })).toThrow(message);
    expect(markdown({ pages }, { images: ({ id }) => `x/${id}` })).toBe('![a.png](x/a.png)');
  },
);

test('content that is not base64 is an error that names the image', () => {
  expect(() => images({ pages: [page(3, '', { images: [image('a.png', '!')] })] })).toThrow(
    'The image a.png of page 3 is not base64',
  );
});

test.each<[string, object, RegExp]>([
  ['another word for images', { images: 'inline' }, /`images` must be 'reference', 'data-url' or a function/],
  ['another word for tables', { tables: 'html' }, /`tables` must be 'reference' or 'inline'/],
  [
    'a function that gives nothing',
    { images: () => undefined },
    /`images` must return a string, which it did not for img-0.jpeg/,
  ],
  ['an unknown option', { separator: '' }, /has no option `separator`/],
])('it refuses %s', (_, options, message) => {
  expect(() => markdown(answer, options)).toThrow(message);
  expect(() => markdown(answer, options)).toThrow(expect.objectContaining({ name: 'ArgumentError' }));
});

describe('ids of any characters', () => {
  const odd = [
    'é.jpeg',
    'è.jpeg',
    'a/b.png',
    'a_b.png',
    'A_B.png',
    'fig (1).png',
    '$&.png',
    'a].png',
    '..',
    'img-1.png',
    'img-10.png',
  ];
  const whole = {
    index: 0,
    markdown: odd.map((id) => `![${id}](${id})`).join(' '),
    images: odd.map((id) => ({
      id,
      image_base64: 'AAAA',
      top_left_x: 0,
      top_left_y: 0,
      bottom_right_x: 0,
      bottom_right_y: 0,
    })),
    dimensions: null,
  };

  test('give each image a file name of its own, also where capitals are not told apart', () => {
    const names = images({ pages: [whole] }).map(({ fileName }) => fileName);

    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(odd.length);
    for (const name of names) expect(name).toMatch(/^page-0-[\w.-]+$/);
  });

  test('are replaced in the Markdown, each by its own', () => {
    const text = markdown({ pages: [whole] }, { images: ({ id }) => `at-${odd.indexOf(id)}` });

    expect(text).toBe(odd.map((id, index) => `![${id}](at-${index})`).join(' '));
  });

  test('of tables are replaced, too', () => {
    const listed = odd.map((id, index) => ({ id, content: `<${index}>`, format: 'html' as const }));
    const text = odd.map((id) => `[${id}](${id})`).join(' ');

    expect(markdown({ pages: [{ ...whole, markdown: text, tables: listed }] }, { tables: 'inline' })).toBe(
      odd.map((_, index) => `<${index}>`).join(' '),
    );
  });
});

test.each(['data:image/svg+xml;charset=utf-8;base64,AAAA', 'DATA:image/svg+xml;base64,AAAA'])(
  'the media type of %s is what it says',
  (image_base64) => {
    const found = {
      id: 'a.png',
      image_base64,
      top_left_x: 0,
      top_left_y: 0,
      bottom_right_x: 0,
      bottom_right_y: 0,
    };

    expect(
      images({ pages: [{ index: 0, markdown: '', images: [found], dimensions: null }] })[0],
    ).toMatchObject({
      mediaType: 'image/svg+xml',
      bytes: new Uint8Array(3),
    });
  },
);
