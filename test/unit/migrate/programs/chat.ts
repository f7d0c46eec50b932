// A question with a system message, and what it cost.
import { Mistral } from '@mistralai/mistralai';

const apiKey = process.env['MISTRAL_API_KEY'];
if (!apiKey) {
  throw new Error('set MISTRAL_API_KEY first');
}

const client = new Mistral({ apiKey, timeoutMs: 20_000, userAgent: 'cheese-board/1.0' });

const maxTokens = 64;
const response = await client.chat.complete(
  {
    model: 'mistral-small-latest',
    maxTokens, // a short answer will do
    topP: 0.9,
    randomSeed: 7,
    messages: [
      { role: 'system', content: 'Answer in one word.' },
      { role: 'user', content: 'Which cheese comes from Meaux?' },
    ],
  },
  { retries: { strategy: 'none' }, fetchOptions: { headers: { 'x-trace': 'maxTokens' } } },
);

const choice = response.choices[0];
console.log(choice?.message?.content, choice?.finishReason);
const { promptTokens, completionTokens = 0 } = response.usage;
console.log(`tokens: ${promptTokens ?? 0} + ${completionTokens}`);
