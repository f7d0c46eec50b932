/** An agent of the OpenAI Agents SDK with a tool, over a model of this package. */
import { Agent, run, setTracingDisabled, tool } from '@openai/agents';
import { aisdk } from '@openai/agents-extensions/ai-sdk';
import { mistral } from 'mistral-sdk/ai-sdk';
import { z } from 'zod';

// Traces go to OpenAI, and need a key of it.
setTracingDisabled(true);

const weather = tool({
  name: 'weather',
  description: 'The weather in a city, now',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => ({ city, celsius: 21 }),
});

const guide = new Agent({
  name: 'Guide',
  instructions: 'Be brief.',
  model: aisdk(mistral('mistral-small-latest')),
  tools: [weather],
});

const { finalOutput } = await run(guide, 'How warm is it in Lyon?');
console.log(finalOutput);
