/** An agent of Mastra with a tool, over a model of this package. */
import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { mistral } from 'mistral-sdk/ai-sdk';
import { z } from 'zod';

const weather = createTool({
  id: 'weather',
  description: 'The weather in a city, now',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, celsius: 21 }),
});

const guide = new Agent({
  id: 'guide',
  name: 'Guide',
  instructions: 'Be brief.',
  model: mistral('mistral-small-latest'),
  tools: { weather },
});

const { text, usage } = await guide.generate('How warm is it in Lyon?');
console.log(text, usage);
