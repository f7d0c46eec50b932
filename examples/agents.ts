/**
 * Makes two agents, of which one hands over to the other, and shows who replies.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set; there, the agents are deleted in the end.
 *
 * Run: npm run example agents
 */
import { Mistral, textOf } from 'mistral-sdk';
import { createMockMistral, type MockData } from 'mistral-sdk/testing';

const model = 'mistral-medium-latest';

async function main(): Promise<void> {
  const { agents, conversations } = connect().beta;

  const cheesemonger = await agents.create({
    model,
    name: 'Cheesemonger',
    description: 'Knows everything about cheese.',
    instructions: 'Recommend one cheese, in one sentence.',
  });
  const waiter = await agents.create({
    model,
    name: 'Waiter',
    description: 'Receives the guests.',
    instructions: 'Hand over to the cheesemonger whenever a guest asks for cheese.',
    // Whom it may hand over to; the API does it by itself, within one response.
    handoffs: [cheesemonger.id],
  });

  try {
    const stream = conversations.startStream({
      agent_id: waiter.id,
      inputs: 'Good evening! Which cheese goes with a Jura wine?',
    });
    for await (const event of stream) {
      if (event.type === 'agent.handoff.started') console.log(`${event.previous_agent_name} hands over`);
      if (event.type === 'agent.handoff.done') console.log(`${event.next_agent_name} takes over:`);
      if (event.type === 'message.output.delta') process.stdout.write(textOf(event));
    }
    const { usage } = await stream.finalResponse();
    console.log(`\n\n${usage.total_tokens} tokens for both`);
  } finally {
    for (const { id } of [waiter, cheesemonger]) await agents.delete({ agent_id: id });
  }
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  let created = 0;
  const mock = createMockMistral(
    {
      'beta.agents.create': (_, agent) => ({ ...agent, id: `ag_${(created += 1)}` }),
      'beta.conversations.startStream': (_, usual) => handOver(usual),
    },
    { eventDelayMs: 60 },
  );
  return new Mistral({ apiKey: 'mock', fetch: mock.fetch });
}

/** The usual response of the mock, by another agent and about cheese. */
function handOver(
  usual: MockData<'beta.conversations.startStream'>,
): MockData<'beta.conversations.startStream'> {
  const say = (content: string) => ({
    type: 'message.output.delta' as const,
    id: 'msg_1',
    output_index: 1,
    role: 'assistant' as const,
    content,
  });
  const handoff = { id: 'handoff_1', output_index: 0 };
  return [
    ...usual.slice(0, 1),
    {
      type: 'agent.handoff.started',
      ...handoff,
      previous_agent_id: 'ag_2',
      previous_agent_name: 'Waiter',
    },
    { type: 'agent.handoff.done', ...handoff, next_agent_id: 'ag_1', next_agent_name: 'Cheesemonger' },
    ...['Take', ' a', ' Comté', ' of', ' eighteen', ' months', '.'].map(say),
    ...usual.slice(-1),
  ];
}

await main();
