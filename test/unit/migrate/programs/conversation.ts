// An agent that searches the web, asked twice, the second time as a stream.
import { Mistral } from '@mistralai/mistralai';

const client = new Mistral({ apiKey: process.env['MISTRAL_API_KEY'] ?? '' });

const agent = await client.beta.agents.create({
  model: 'mistral-medium-latest',
  name: 'Searcher',
  instructions: 'Search the web for what you do not know.',
  completionArgs: { temperature: 0.3, topP: 0.95 },
  tools: [{ type: 'web_search' }],
});

const started = await client.beta.conversations.start({
  agentId: agent.id,
  inputs: 'Who won the last Champions League?',
});
for (const entry of started.outputs) console.log(entry.type);
console.log(started.usage.promptTokens !== undefined);

const appended = await client.beta.conversations.append({
  conversationId: started.conversationId,
  conversationAppendRequest: {
    inputs: [{ role: 'user', content: 'And the year before?' }],
    handoffExecution: 'server',
  },
});
console.log(appended.outputs.length > 0);

const conversationAppendStreamRequest = {
  inputs: 'And the year before that?',
  completionArgs: { maxTokens: 20 },
};
const stream = await client.beta.conversations.appendStream({
  conversationId: started.conversationId,
  conversationAppendStreamRequest,
});
for await (const event of stream) {
  if (event.data.type === 'message.output.delta') console.log(typeof event.data.outputIndex);
  if (event.event === 'conversation.response.done') console.log('done');
}

const agents = await client.beta.agents.list({ page: 0, pageSize: 10 });
console.log(
  agents.every(({ id, createdAt }) => typeof id === 'string' && createdAt.toISOString().length > 0),
);
