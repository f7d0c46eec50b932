/**
 * A model that calls two tools at once, is told that one of its calls was wrong, mends it, and answers.
 *
 * Talks to the mock API, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example tools
 */
import { Mistral } from 'mistral-sdk';
import { createMockMistral, type MockRequest } from 'mistral-sdk/testing';
import { streamTools, tool } from 'mistral-sdk/tools';
import { z } from 'zod';

const weather = tool({
  name: 'weather',
  description: 'The weather in a city, now',
  parameters: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) }),
  execute: ({ city, unit }) => ({ city, temperature: unit === 'celsius' ? 21 : 70, unit }),
});

const clock = tool({
  name: 'clock',
  description: 'The time in a city, now',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `It is noon in ${city}`,
});

async function main(): Promise<void> {
  const mistral = process.env.MISTRAL_API_KEY
    ? new Mistral()
    : new Mistral({ apiKey: 'mock', fetch: createMockMistral({ 'chat.stream': playModel }).fetch });

  const run = streamTools(
    mistral.chat,
    {
      model: 'mistral-small-latest',
      messages: [{ role: 'user', content: 'What are time and temperature in Lyon?' }],
    },
    { tools: [weather, clock], maxRounds: 5, timeoutMs: 60_000 },
  );
  for await (const event of run) {
    if (event.type === 'tool-call') console.log(`→ ${event.call.name}(${event.call.arguments})`);
    if (event.type === 'tool-result') console.log(`← ${event.result.status}: ${event.result.content}`);
    if (event.type === 'text-delta') process.stdout.write(event.text);
  }
  const { endedBy, steps, usage } = await run;
  console.log(`\n\nEnded by ${endedBy} after ${steps.length} requests and ${usage?.total_tokens} tokens.`);
}

/** What a model might say, by how often it was asked: once with a unit that there is not. */
function playModel({ body }: MockRequest) {
  const { messages } = body as { messages: { role: string }[] };
  const replies = messages.filter(({ role }) => role === 'assistant').length;
  const call = (id: string, index: number, name: string, args: object) => ({
    id,
    index,
    function: { name, arguments: JSON.stringify(args) },
  });
  if (replies === 0)
    return chunks({
      tool_calls: [
        call('D681PevKs', 0, 'weather', { city: 'Lyon', unit: 'kelvin' }),
        call('k1Yz83bQa', 1, 'clock', { city: 'Lyon' }),
      ],
    });
  if (replies === 1)
    return chunks({ tool_calls: [call('p0Wm42xTe', 0, 'weather', { city: 'Lyon', unit: 'celsius' })] });
  return chunks(...'It is noon in Lyon, and 21 °C.'.split(/(?<= )/).map((content) => ({ content })));
}

const chunks = (...deltas: readonly object[]) =>
  deltas.map((delta, place) => ({
    id: 'cmpl-1',
    model: 'mistral-small-latest',
    choices: [{ index: 0, delta, finish_reason: place === deltas.length - 1 ? 'stop' : null! }],
    ...(place === deltas.length - 1
      ? { usage: { prompt_tokens: 90, completion_tokens: 20, total_tokens: 110 } }
      : {}),
  }));

await main();
