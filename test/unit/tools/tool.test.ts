import { expect, test } from 'vitest';
import { z } from 'zod';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { tool } from '../../../src/tools/index.js';

const definition = {
  name: 'weather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }: { city: string }) => `Sun in ${city}`,
};
const context = {
  signal: new AbortController().signal,
  callId: 'aaaaaaaaa',
  round: 1,
  reportProgress: () => undefined,
};

test('a tool is written to JSON as requests describe it, without what runs it', () => {
  expect(JSON.parse(JSON.stringify(tool({ ...definition, strict: true, startEarly: true })))).toEqual({
    type: 'function',
    function: {
      name: 'weather',
      description: 'The weather in a city',
      strict: true,
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
      },
    },
  });
});

test('a tool can be called as it was written, with `this` as it was', async () => {
  const named = tool({
    ...definition,
    execute() {
      return this.name;
    },
  });

  expect(await tool(definition).execute({ city: 'Lyon' }, context)).toBe('Sun in Lyon');
  expect(await named.execute({ city: 'Lyon' }, context)).toBe('weather');
});

test('plain JSON Schema is sent as it is', () => {
  const parameters = { type: 'object', properties: { a: { type: 'number' } } };

  expect(tool({ ...definition, parameters, execute: () => 1 }).function.parameters).toEqual(parameters);
});

test.each([
  ['no object', 'weather', /takes an object/],
  ['a name with a space', { ...definition, name: 'my tool' }, /not "my tool"/],
  ['a name of 65 characters', { ...definition, name: 'a'.repeat(65) }, /up to 64/],
  ['no name', { ...definition, name: undefined }, /not undefined/],
  ['no description', { ...definition, description: ' ' }, /`weather` needs a `description`/],
  ['no function', { ...definition, execute: 'run' }, /`execute` of the tool `weather`/],
  ['no schema', { ...definition, parameters: undefined }, /`parameters` of the tool `weather`/],
  ['a schema of a string', { ...definition, parameters: z.string() }, /must describe an object/],
  [
    'a schema that JSON cannot say',
    { ...definition, parameters: z.object({ at: z.date() }) },
    /at properties.at/,
  ],
  ['strict as a word', { ...definition, strict: 'yes' }, /`strict`/],
  ['startEarly as a word', { ...definition, startEarly: 'yes' }, /`startEarly` of the tool `weather`/],
  ['an option of another library', { ...definition, inputSchema: {} }, /Did you mean `parameters`/],
])('refuses %s', (_, given, message) => {
  expect(() => tool(given as never)).toThrow(ArgumentError);
  expect(() => tool(given as never)).toThrow(message);
});
