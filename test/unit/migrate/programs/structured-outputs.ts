// A reply that fits a schema, at once and as a stream.
import { Mistral } from '@mistralai/mistralai';
import { z } from 'zod';

const Demonstration = z.object({
  steps: z.array(z.object({ explanation: z.string(), output: z.string() })),
  finalAnswer: z.string(),
});

const client = new Mistral({ apiKey: process.env['MISTRAL_API_KEY'] ?? '' });
const messages = [{ role: 'user' as const, content: 'Solve 8x + 7 = -23' }];

const reply = await client.chat.parse({
  model: 'mistral-small-latest',
  messages,
  responseFormat: Demonstration,
  temperature: 0,
});
const demonstration = reply.choices?.[0]?.message?.parsed as z.infer<typeof Demonstration> | undefined;
console.log(typeof demonstration?.finalAnswer, Array.isArray(demonstration?.steps));
console.log(typeof reply.usage.totalTokens);

const stream = await client.chat.parseStream({
  model: 'mistral-small-latest',
  messages,
  responseFormat: Demonstration,
});
let json = '';
for await (const { data } of stream) {
  const content = data.choices[0]?.delta.content;
  if (typeof content === 'string') json += content;
}
console.log(typeof Demonstration.parse(JSON.parse(json)).finalAnswer);
