// The models that there are, and what they can do.
import { Mistral } from '@mistralai/mistralai';

const client = new Mistral({ apiKey: process.env['MISTRAL_API_KEY'] ?? '' });
const { data: models } = await client.models.list();

models?.forEach((model) => {
  if (!('capabilities' in model)) return;
  const { completionChat, functionCalling } = model.capabilities;
  console.log(typeof model.id, completionChat, functionCalling, typeof model.maxContextLength);
});

const embeddings = await client.embeddings.create({
  model: 'mistral-embed',
  inputs: ['What is the best French cheese?', 'Brie de Meaux'],
});
console.log(embeddings.data.length, typeof embeddings.data[0]?.embedding?.[0], embeddings.usage.promptTokens);
