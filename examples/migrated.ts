/**
 * Five examples of the official SDK as they are here; next to each line that changed is what it was.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run example migrated
 */
import { Mistral, textOf, toolCallsOf, type ChatMessage } from 'mistral-sdk';
import { structured } from 'mistral-sdk/structured';
import { createMockMistral, inTurn, toolCall } from 'mistral-sdk/testing';
import { z } from 'zod';

const mistral = connect();
const model = 'mistral-small-latest';
const messages: ChatMessage[] = [{ role: 'user', content: 'How warm is it in Lyon?' }];

async function stream(): Promise<void> {
  // was: await client.chat.stream()
  for await (const chunk of mistral.chat.stream({ model, messages })) process.stdout.write(textOf(chunk)); // was: event.data.choices[0].delta.content
  console.log();
}

async function callFunction(): Promise<void> {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters } }];
  const reply = await mistral.chat.complete({ model, messages, tools, tool_choice: 'any' }); // was: toolChoice

  messages.push(reply.choices[0]!.message);
  // was: reply.choices[0].message.toolCalls, its function.name and function.arguments
  for (const { id, name, arguments: json } of toolCallsOf(reply)) {
    const { city } = JSON.parse(json) as { city: string };
    messages.push({ role: 'tool', name, content: `21 °C in ${city}`, tool_call_id: id }); // was: toolCallId
  }
  console.log(textOf(await mistral.chat.complete({ model, messages, tools }))); // was: choices[0].message.content
}

async function parse(): Promise<void> {
  const response_format = z.object({ city: z.string(), celsius: z.number() }); // was: responseFormat
  // was: client.chat.parse()
  const { parsed } = await structured(mistral.chat).parse({ model, messages, response_format });
  console.log(parsed.city, typeof parsed.celsius); // was: choices[0].message.parsed, and perhaps undefined
}

async function embed(): Promise<void> {
  const { data } = await mistral.embeddings.create({ model: 'mistral-embed', input: ['Brie'] }); // was: inputs
  console.log(`${data[0]?.embedding?.length} dimensions`);
}

async function manageFiles(): Promise<void> {
  const { id } = await mistral.files.upload({
    file: { name: 'requests.jsonl', content: '{"custom_id":"0","body":{}}\n' }, // was: fileName
    purpose: 'batch',
  });
  for await (const { filename } of mistral.files.list()) console.log(filename); // was: data, of the first page
  await mistral.files.delete({ file_id: id }); // was: fileId
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral(); // was: { apiKey: process.env.MISTRAL_API_KEY }
  const mock = createMockMistral({
    'chat.complete': inTurn(
      [toolCall('weather', { city: 'Lyon' })],
      'It is 21 °C in Lyon.',
      (_, usual) => usual,
    ),
  });
  return new Mistral({ apiKey: 'mock', fetch: mock.fetch });
}

for (const example of [stream, callFunction, parse, embed, manageFiles]) {
  console.log(`── ${example.name}`);
  await example();
}
