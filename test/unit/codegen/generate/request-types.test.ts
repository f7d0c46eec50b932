import { expect, test } from 'vitest';

import { widenRequestTypes } from '../../../../codegen/generate/request-types.js';

const operation = (request: string, response: string): string => `
export type SendData = { body: ${request}; path?: never; query?: { tags?: Array<string>; }; url: '/v1/send'; };
export type SendResponses = { 200: ${response}; };
`;

const widened = (text: string, request: string, response: string): string[] =>
  widenRequestTypes(text + operation(request, response))
    .split('\n')
    .filter((line) => line !== '');

test('requests take read-only arrays and undefined, at any depth, and responses stay as they are', () => {
  const text = `
export type Ask = { words?: Array<Array<string>> | null; part: Part; };
export type Part = { deep?: { deeper?: number; }; };
export type Reply = { words?: Array<string>; };
`;

  expect(widened(text, 'Ask', 'Reply')).toEqual([
    'export type Ask = { words?: ReadonlyArray<ReadonlyArray<string>> | null | undefined; part: Part; };',
    'export type Part = { deep?: { deeper?: number | undefined; } | undefined; };',
    'export type Reply = { words?: Array<string>; };',
    "export type SendData = { body: Ask; path?: never; query?: { tags?: ReadonlyArray<string> | undefined; } | undefined; url: '/v1/send'; };",
    'export type SendResponses = { 200: Reply; };',
  ]);
});

test('what both hold has a type for each, as has all that holds it, and its comment twice', () => {
  const text = `
/** What is said. */
export type Message = { chunks: Array<Chunk>; };
export type Chunk = { text: string; note: Note; };
export type Note = { by?: string; };
export type Plain = { a: string; };
export type Ask = { messages: Array<Message>; plain: Plain; };
export type Reply = { message: Message; plain: Plain; };
`;

  expect(widened(text, 'Ask', 'Reply').slice(0, -2)).toEqual([
    '/** What is said. */',
    'export type Message = { chunks: Array<Chunk>; };',
    '/** What is said. */',
    'export type MessageParam = { chunks: ReadonlyArray<ChunkParam>; };',
    'export type Chunk = { text: string; note: Note; };',
    'export type ChunkParam = { text: string; note: NoteParam; };',
    'export type Note = { by?: string; };',
    'export type NoteParam = { by?: string | undefined; };',
    'export type Plain = { a: string; };',
    'export type Ask = { messages: ReadonlyArray<MessageParam>; plain: Plain; };',
    'export type Reply = { message: Message; plain: Plain; };',
  ]);
});

test('a name that is taken is left to whom it belongs, and what holds itself comes to an end', () => {
  const text = `
export type Tree = { children?: Array<Tree>; };
export type TreeParam = { height: number; };
`;

  expect(widened(text, 'Tree', 'Tree').slice(0, 3)).toEqual([
    'export type Tree = { children?: Array<Tree>; };',
    'export type TreeParam2 = { children?: ReadonlyArray<TreeParam2> | undefined; };',
    'export type TreeParam = { height: number; };',
  ]);
});
