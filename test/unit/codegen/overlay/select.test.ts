import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { JsonValue } from '../../../../codegen/description/json.js';
import { select, type Node } from '../../../../codegen/overlay/select.js';

/** One case of the suite: a query that is not JSONPath, or one result, or any of several. */
interface Case {
  readonly name: string;
  readonly selector: string;
  readonly invalid_selector?: true;
  readonly document?: JsonValue;
  readonly result?: readonly JsonValue[];
  readonly result_paths?: readonly string[];
  readonly results?: readonly (readonly JsonValue[])[];
  readonly results_paths?: readonly (readonly string[])[];
}

/** What the working group of RFC 9535 publishes, as a package of npm carries it. */
function complianceSuite(): Case[] {
  const manifest = createRequire(import.meta.url).resolve('jsonpath-compliance-test-suite/package.json');
  const file = join(dirname(manifest), 'src/__tests__/jsonpath-compliance-test-suite/cts.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { tests: Case[] }).tests;
}

/** The name or index at the end of a normalized path; what is not quoted is an index. */
function lastKey(path: string): string | number | undefined {
  const quoted = /\['((?:[^'\\]|\\.)*)'\]$/.exec(path)?.[1];
  if (quoted !== undefined)
    return JSON.parse(`"${quoted.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`) as string;
  const index = /\[(\d+)\]$/.exec(path)?.[1];
  return index === undefined ? undefined : Number(index);
}

/** The nodes that a case allows, as `value` and `key`; a node that is selected twice is one node here. */
function allowed({ result, result_paths, results, results_paths }: Case): Pick<Node, 'value' | 'key'>[][] {
  const paths = results_paths ?? [result_paths!];
  return (results ?? [result!]).map((values, which) =>
    values
      .map((value, index) => ({ value, path: paths[which]![index]! }))
      .filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index)
      .map(({ value, path }) => ({ value, key: lastKey(path) })),
  );
}

function holds(one: Case): boolean {
  let nodes: Node[];
  try {
    nodes = select(one.document ?? null, one.selector);
  } catch {
    return one.invalid_selector === true;
  }
  if (one.invalid_selector) return false;
  const found = JSON.stringify(nodes.map(({ value, key }) => ({ value, key })));
  return allowed(one).some((expected) => JSON.stringify(expected) === found);
}

test('selects what the compliance suite of RFC 9535 says, and refuses what it calls invalid', () => {
  const cases = complianceSuite();

  expect(cases.length).toBeGreaterThan(600);
  expect(cases.filter((one) => !holds(one)).map(({ name, selector }) => `${name}: ${selector}`)).toEqual([]);
});

describe('an expression', () => {
  const schemas: JsonValue = {
    Tagged: { tag: true, kind: 'a' },
    Untagged: { kind: 'a' },
    Other: { tag: true, kind: 'b', parts: [{ kind: 'a' }, { kind: 'b' }] },
  };
  const names = (expression: string) => select(schemas, expression).map(({ key }) => key);

  // All of these, and in all orders: an action is for what its author meant, not for what a parser groups.
  test.each<[string, string, (string | number)[]]>([
    ['binds `&&` tighter than `||` after it', "$[?@.none && @.tag || @.kind == 'b']", ['Other']],
    ['binds `&&` tighter than `||` before it', "$[?@.kind == 'b' || @.none && @.tag]", ['Other']],
    ['joins three conditions by `&&`', "$[?@.tag && @.none && @.kind == 'a']", []],
    ['joins a negation by `&&` after two others', '$[?@.kind && @.none && !@.tag]', []],
    ['joins three conditions by `||`', '$[?@.none || @.no || @.parts]', ['Other']],
    ['binds `!` tighter than `&&`', "$[?!@.tag && @.kind == 'a']", ['Untagged']],
    ['negates what stands in parentheses', "$[?!(@.tag && @.kind == 'a')]", ['Untagged', 'Other']],
    ['groups by parentheses', "$[?@.tag && (@.none || @.kind == 'b')]", ['Other']],
    ['asks inside of a filter', "$[?@.parts[?@.kind == 'b']]", ['Other']],
    ['takes two missing members for equal', '$[?@.none == @.no]', ['Tagged', 'Untagged', 'Other']],
    ['takes a missing member for other than any value', '$[?@.tag != true]', ['Untagged']],
    ['finds no missing member greater or less', '$[?@.none < 1 || @.none >= 1]', []],
    ['counts', '$[?count(@.parts[*]) == 2]', ['Other']],
    ['measures', '$[?length(@.parts) == 2 || length(@.kind) == 2]', ['Other']],
    ['reads one value', "$[?value(@..kind) == 'a']", ['Tagged', 'Untagged']],
    ['matches all of a text', "$[?match(@.kind, '[b-z]')]", ['Other']],
    ['searches in a text', "$.Other.parts[?search(@.kind, 'a|c')]", [0]],
    ['slices from the end', '$.Other.parts[-1:]', [1]],
    ['descends, in the order of the document', "$..[?@.kind == 'b']", ['Other', 1]],
  ])('%s', (_, expression, expected) => {
    expect(names(expression)).toEqual(expected);
  });

  test.each(['$.x-light', '$..x-light', '$[?@.a-b]', "$['a'].x-light", '$.Ł-1'])(
    'whose name lacks the quotes that its hyphen needs is refused: %s',
    (expression) => {
      expect(() => select(schemas, expression)).toThrow(/A name with a hyphen needs quotes: \['/);
    },
  );

  test.each(["$['x-light']", "$[?@.kind == '.x-light']", '$.a[-1]', '$[?@.a == 1.5e-5]', '$[?@.a==-1]'])(
    'may have hyphens elsewhere: %s',
    (expression) => {
      expect(select(schemas, expression)).toEqual([]);
    },
  );

  test('descends a hundred levels', () => {
    const deep = Array.from({ length: 100 }).reduce<JsonValue>((inner) => ({ inner }), { end: true });

    expect(select(deep, '$..end')).toHaveLength(1);
  });

  test('selects a node once, whatever leads to it', () => {
    expect(names("$['Tagged', 'Tagged']")).toEqual(['Tagged']);
  });

  test('gives the container of a node, by which it can be changed', () => {
    const [node] = select(schemas, '$.Other.parts[0]');

    expect(node).toEqual({ value: { kind: 'a' }, parent: [{ kind: 'a' }, { kind: 'b' }], key: 0 });
    expect((node!.parent as JsonValue[])[0]).toBe(node!.value);
  });

  test('that selects the root has no container', () => {
    expect(select(schemas, '$')).toEqual([{ value: schemas, parent: undefined, key: undefined }]);
  });
});
