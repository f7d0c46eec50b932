// A reply as it is written.
import { Mistral } from '@mistralai/mistralai';

const mistral = new Mistral({ apiKey: process.env.MISTRAL_API_KEY ?? '' });

const result = await mistral.chat.stream({
  model: 'mistral-small-latest',
  safePrompt: true,
  messages: [{ role: 'user', content: 'Tell me of Brie.' }],
});

let text = '';
for await (const event of result) {
  const content = event.data?.choices[0]?.delta.content;
  if (typeof content === 'string') text += content;
  if (event.data.choices[0]?.finishReason) console.log('ended:', event.data.choices[0].finishReason);
  if (event.data.usage) console.log('tokens:', event.data.usage.totalTokens);
}
console.log(text);
