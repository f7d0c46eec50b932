// A model that looks something up, and answers from it.
import { Mistral } from '@mistralai/mistralai';
import type {
  AssistantMessage,
  Tool,
  ToolMessage,
  UserMessage,
} from '@mistralai/mistralai/models/components/index.js';

type Message =
  | (AssistantMessage & { role: 'assistant' })
  | (ToolMessage & { role: 'tool' })
  | (UserMessage & { role: 'user' });

const payments: Record<string, string> = { T1001: 'Paid', T1002: 'Pending' };

function paymentStatus({ transactionId }: { transactionId: string }): string {
  return JSON.stringify({ status: payments[transactionId] ?? 'unknown' });
}

const tools: Array<Tool & { type: 'function' }> = [
  {
    type: 'function',
    function: {
      name: 'paymentStatus',
      description: 'The status of a payment',
      // What the model writes is the program's own: toolCallId stays as it is.
      parameters: {
        type: 'object',
        required: ['transactionId'],
        properties: { transactionId: { type: 'string' }, toolCallId: { type: 'string' } },
      },
    },
  },
];

const client = new Mistral({ apiKey: process.env['MISTRAL_API_KEY'] ?? '' });
const model = 'mistral-large-latest';
const messages: Message[] = [{ role: 'user', content: 'Has T1001 been paid?' }];

let response = await client.chat.complete({
  model,
  messages,
  tools,
  toolChoice: 'any',
  parallelToolCalls: false,
});
const message = response.choices[0]?.message;
if (!message) throw new Error('no reply');
messages.push({ ...message, role: 'assistant' });

for (const toolCall of message.toolCalls ?? []) {
  const { name, arguments: given } = toolCall.function;
  const parameters = typeof given === 'string' ? JSON.parse(given) : given;
  const result = paymentStatus(parameters as { transactionId: string });
  console.log(`${name}: ${result}`);
  messages.push({ role: 'tool', name, content: result, toolCallId: toolCall.id });
}

response = await client.chat.complete({ model, messages, tools });
console.log(response.choices[0]?.message?.content);
