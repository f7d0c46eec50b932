import { expect, test } from 'vitest';

import { SharedConstants } from '../../../../codegen/emit/shared-constants.js';

test('what is used once stays in its place, and what is used more often becomes a constant', () => {
  const constants = new SharedConstants();
  const once = constants.share('{ a: 0 }', 'once', 'T');
  const twice = [0, 1].map(() => constants.share('{ b: 0 }', 'some_thing', 'T'));

  expect(constants.resolve([`x = ${once}`, `y = ${twice[0]}`, `z = ${twice[1]}`])).toEqual([
    'const someThing: T = { b: 0 };\n',
    'x = { a: 0 }',
    'y = someThing',
    'z = someThing',
  ]);
});

test('a constant comes after those that it uses, and counts them once', () => {
  const constants = new SharedConstants(['outer']);
  const inner = constants.share('{}', 'inner', 'T');
  const outer = constants.share(`{ a: ${inner} }`, 'outer', 'T');

  expect(constants.resolve([outer, outer])).toEqual(['const outer2: T = { a: {} };\n', 'outer2', 'outer2']);
});

test('code can refer to itself', () => {
  const constants = new SharedConstants();
  const key = {};
  const itself = constants.within(key);

  expect(constants.resolve([constants.share(`{ a: () => ${itself} }`, 'node', 'T', key)])).toEqual([
    'const node: T = { a: () => node };\n',
    'node',
  ]);
});
