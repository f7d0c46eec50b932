/**
 * Lets a model call two tools at once; it is told that one of its calls was wrong, repairs it, and replies.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example tools
 */
import { Mistral } from 'mistral-sdk';
import { createMockMistral, inTurn, toolCall } from 'mistral-sdk/testing';
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
  const run = streamTools(
    connect().chat,
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

/** What a model might say: once with a unit that does not exist. */
function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  const mock = createMockMistral({
    'chat.stream': inTurn(
      [toolCall('weather', { city: 'Lyon', unit: 'kelvin' }), toolCall('clock', { city: 'Lyon' })],
      [toolCall('weather', { city: 'Lyon', unit: 'celsius' })],
      ['It is noon in Lyon,', ' and 21 °C.'],
    ),
  });
  return new Mistral({ apiKey: 'mock', fetch: mock.fetch });
}

await main();
