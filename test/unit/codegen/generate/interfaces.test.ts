import { expect, test } from 'vitest';

import { toInterfaces } from '../../../../codegen/generate/interfaces.js';

test('what is an object becomes an interface, with its comment, and nothing else does', () => {
  expect(
    toInterfaces(`
/** A book. */
export type Book = { title: string };
export type Id = string;
type Hidden = { a: Id; };
`),
  ).toBe(`
/** A book. */
export interface Book { title: string }
export type Id = string;
interface Hidden { a: Id; }
`);
});

test('an object that is another one and more extends it, however many stand in a row', () => {
  expect(
    toInterfaces(`
type Novel = Book & { hero: string };
type Thriller = Novel & { murders: number };
type Book = { title: string };
`),
  ).toBe(`
interface Novel extends Book { hero: string }
interface Thriller extends Novel { murders: number }
interface Book { title: string }
`);
});

test.each([
  ['says something else of a property', 'type A = B & { title?: string };'],
  ['says something else of a property of what that extends', 'type A = C & { title?: string };'],
  ['is more than a union', 'type A = U & { hero: string };'],
  ['is more than two', 'type A = B & C & { hero: string };'],
  ['is more than what is declared elsewhere', 'type A = Blob & { hero: string };'],
])('an object that %s stays as it is', (_, line) => {
  const others = 'interface B { title: string }\ninterface C extends B { pages: number }\ntype U = B | C;';
  const aliases = 'type B = { title: string };\ntype C = B & { pages: number };\ntype U = B | C;';

  expect(toInterfaces(`${aliases}\n${line}`)).toBe(`${others}\n${line}`);
});
