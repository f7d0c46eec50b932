/**
 * A chatbot in the terminal, with a tool. Ctrl-C stops a reply, of which the history keeps what was said; between replies it ends the chat.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example terminal-chat
 */
import { createInterface } from 'node:readline/promises';

import { AbortError, Mistral, MistralError, textOf, type ChatMessage } from 'mistral-sdk';
import { createMockMistral, inTurn, toolCall } from 'mistral-sdk/testing';
import { partialRunOf, streamTools, tool } from 'mistral-sdk/tools';
import { z } from 'zod';

const weather = tool({
  name: 'weather',
  description: 'The weather in a city, now',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => ({ city, celsius: 21, sky: 'clear' }),
});

const mistral = connect();
const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '\n> ' });
let replying: AbortController | undefined;
const interrupt = () => (replying ? replying.abort() : terminal.close());
terminal.on('SIGINT', interrupt);
process.on('SIGINT', interrupt);

console.log('Ask about the weather, or anything else. Ctrl-C stops a reply, and ends the chat.');
let messages: ChatMessage[] = [{ role: 'system', content: 'Answer in one sentence.' }];
terminal.prompt();
for await (const question of terminal) {
  messages = await reply([...messages, { role: 'user', content: question }]);
  terminal.prompt();
}

/** Shows the reply as it comes, and returns the history with it. */
async function reply(asked: ChatMessage[]): Promise<ChatMessage[]> {
  const { signal } = (replying = new AbortController());
  const model = 'mistral-small-latest';
  const run = streamTools(mistral.chat, { model, messages: asked }, { tools: [weather], signal });
  try {
    for await (const event of run) {
      if (event.type === 'text-delta') process.stdout.write(event.text);
      if (event.type === 'tool-call') console.log(`(${event.call.name} ${event.call.arguments})`);
    }
    return (await run).messages;
  } catch (error) {
    if (!(error instanceof MistralError)) throw error;
    console.log(error instanceof AbortError ? ' … stopped.' : error.message);
    const said = textOf(error.partial) || '(no reply)';
    return [...(partialRunOf(error)?.messages ?? asked), { role: 'assistant', content: said }];
  } finally {
    replying = undefined;
  }
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  const mock = createMockMistral(
    { 'chat.stream': inTurn([toolCall('weather', { city: 'Lyon' })], ['In Lyon', ' it is', ' 21 °C.']) },
    { eventDelayMs: 60 },
  );
  return new Mistral({ apiKey: 'mock', fetch: mock.fetch });
}
