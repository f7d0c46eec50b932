import { describe, expect, test } from 'vitest';

import { appendActions, editOverlay, type Edit } from '../../../../codegen/overlay/edit.js';

const head = `overlay: 1.1.0
info: { title: 'Test',   version: 1.0.0 } # with odd spaces
actions:
`;

const first = `  # Says what comes.
  - target: $.info # the first
    description: >-
      Folded over
      two lines, and one that says x-expect: 7.

    x-expect: 1
    update: { a: 1 }
`;

const second = `  - target: $.paths
    description: "x-expect: 3"
    x-expect:   2 # two of them
    remove: true
`;

const third = `
  # --- The last part

  - description: Written the other way round.
    update:
      text: |
        A block
          of text

    x-expect: 12
    target: $.components
`;

const text = head + first + second + third;

const remove = (index: number): Edit => ({ index, kind: 'delete' });
const recount = (index: number, matches: number): Edit => ({ index, kind: 'recount', matches });

describe('a deleted action takes its own lines and no others:', () => {
  test.each<[title: string, edits: Edit[], want: string, lines: [number, number][]]>([
    ['the first', [remove(0)], `${head}  # Says what comes.\n${second}${third}`, [[5, 11]]],
    ['one in the middle', [remove(1)], head + first + third, [[12, 15]]],
    ['the last', [remove(2)], `${head}${first}${second}\n  # --- The last part\n\n`, [[19, 26]]],
    [
      'two, whichever is named first',
      [remove(1), remove(0)],
      `${head}  # Says what comes.\n${third}`,
      [
        [5, 11],
        [12, 15],
      ],
    ],
  ])('%s', (_, edits, want, lines) => {
    const result = editOverlay(text, edits);

    expect(result.text).toBe(want);
    expect(result.edited.map(({ firstLine, lastLine }) => [firstLine, lastLine])).toEqual(lines);
  });

  test('nothing is left of an overlay without actions', () => {
    expect(editOverlay(text, [remove(0), remove(1), remove(2)]).text).toBeUndefined();
  });

  test('an action in a file without a line break at its end', () => {
    expect(editOverlay((head + first + second).trimEnd(), [remove(1)]).text?.trimEnd()).toBe(
      (head + first).trimEnd(),
    );
  });

  test('an action of a file with the line breaks of Windows', () => {
    const windows = (unix: string): string => unix.replaceAll('\n', '\r\n');

    expect(editOverlay(windows(text), [remove(1)]).text).toBe(windows(head + first + third));
  });
});

describe('a count that is corrected changes its number and nothing else:', () => {
  test.each<[title: string, edit: Edit, from: string, to: string, line: number]>([
    ['after a text that speaks of counts', recount(0, 40), '    x-expect: 1\n', '    x-expect: 40\n', 10],
    ['beside a comment', recount(1, 3), 'x-expect:   2 # two', 'x-expect:   3 # two', 14],
    ['before the target', recount(2, 1), '    x-expect: 12\n', '    x-expect: 1\n', 25],
  ])('%s', (_, edit, from, to, line) => {
    const result = editOverlay(text, [edit]);

    expect(result.text).toBe(text.replace(from, to));
    expect(result.edited).toEqual([{ edit, firstLine: line, lastLine: line }]);
  });

  test('where other actions go, too', () => {
    const { text: edited, edited: places } = editOverlay(text, [remove(0), recount(2, 5), remove(1)]);

    expect(edited).toBe(`${head}  # Says what comes.\n${third.replace('12', '5')}`);
    expect(places.map(({ edit: { index }, firstLine }) => [index, firstLine])).toEqual([
      [0, 5],
      [1, 12],
      [2, 25],
    ]);
  });

  test('where the action is written in one line', () => {
    const flow = `${head}  - { target: $.info, description: D., x-expect: 1, update: { a: 1 } }\n  - { target: $.info, description: D., x-expect: 1, update: { a: 1 } }\n`;

    expect(editOverlay(flow, [recount(0, 2)]).text).toBe(flow.replace('x-expect: 1', 'x-expect: 2'));
  });

  test('where it is the first field', () => {
    const leading = `${head}  - x-expect: 1\n    target: $.info\n    description: D.\n    update: {}\n${second}`;

    expect(editOverlay(leading, [recount(0, 2)]).text).toBe(leading.replace('x-expect: 1', 'x-expect: 2'));
  });
});

test('what has no actions is refused', () => {
  expect(() => editOverlay('overlay: 1.1.0\n', [remove(0)])).toThrow('has no actions');
});

describe('actions are added', () => {
  const action = {
    target: '$.info',
    description: 'Proposed: a reason: with a colon.',
    update: { a: [1, { b: '2' }] },
  };
  const added = `  - target: $.info
    description: "Proposed: a reason: with a colon."
    update:
      a:
        - 1
        - b: "2"
`;

  test('to a new overlay', () => {
    expect(appendActions(undefined, 'A title', [action])).toBe(
      `overlay: 1.1.0\ninfo:\n  title: A title\n  version: 1.0.0\nactions:\n${added}`,
    );
  });

  test('behind those that are there, which stay as they are', () => {
    expect(appendActions(text, 'Not used', [action, action])).toBe(text + added + added);
  });

  test('behind empty lines, which go', () => {
    expect(appendActions(`${text}\n\n`, 'Not used', [action])).toBe(text + added);
  });

  test('without lines that are folded or repeated by alias', () => {
    const long = 'word '.repeat(60).trim();
    const shared = { description: long };

    const result = appendActions(undefined, 'T', [
      { ...action, description: long, update: { a: shared, b: shared } },
    ]);

    expect(result).toContain(`    description: ${long}\n`);
    expect(result).not.toMatch(/[&*]a1/);
  });

  test('but not to what is no overlay', () => {
    expect(() => appendActions('- a\n', 'T', [action])).toThrow('not an object');
  });
});
