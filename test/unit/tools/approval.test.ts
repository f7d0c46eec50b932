import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import {
  partialRunOf,
  resumeStreamTools,
  resumeTools,
  runTools,
  streamTools,
  tool,
  type ApprovalDecision,
  type CompletionToolsOptions,
  type NeedsApproval,
  type PendingRun,
  type RunnableTool,
} from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { scripted, type Line } from '../../helpers/scripted.js';
import {
  call,
  calling,
  conversing,
  events,
  functionCall,
  json,
  message,
  saying,
  streamed,
} from '../../helpers/tool-replies.js';

const [a, b, c] = ['aaaaaaaaa', 'bbbbbbbbb', 'ccccccccc'];
const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Pay them back' }] };

/** Two tools that count their calls: `look` runs at once, `pay` when somebody allows it. */
function createTools(needsApproval: NeedsApproval<{ order: string }> = true, startEarly = false) {
  const ran: string[] = [];
  const schema = z.object({ order: z.string() });
  const make = (name: string, approval?: NeedsApproval<{ order: string }>) =>
    tool({
      name,
      description: name,
      parameters: schema,
      startEarly,
      needsApproval: approval,
      execute: ({ order }) => {
        ran.push(`${name} ${order}`);
        return `${name}: ${order}`;
      },
    });
  return { ran, tools: [make('look'), make('pay', needsApproval)] };
}

const both = calling(call(a, 'look', { order: '1' }), call(b, 'pay', { order: '2' }));

async function run(
  lines: readonly Line[],
  tools: readonly RunnableTool[],
  options: Partial<CompletionToolsOptions> = {},
) {
  const client = scripted(lines);
  return { client, run: await runTools(client.mistral.chat, params, { tools, ...options }) };
}

/** As it comes back from a database. */
const stored = (pending: PendingRun | undefined): PendingRun =>
  JSON.parse(JSON.stringify(pending)) as PendingRun;

/** A run that waits for the decision about `pay`. */
async function suspended(reply = both) {
  const { ran, tools } = createTools();
  const { run: first } = await run([json(reply)], tools);
  return { ran, tools, first, pending: stored(first.pending) };
}

const resume = (
  lines: readonly Line[],
  pending: PendingRun,
  decisions: Record<string, ApprovalDecision>,
  options: CompletionToolsOptions,
) => {
  const client = scripted(lines);
  return { client, result: resumeTools(client.mistral.chat, pending, decisions, options) };
};

const contentsSent = ({ fetch }: ReturnType<typeof scripted>) =>
  (
    JSON.parse(fetch.mock.calls.at(-1)![1].body as string) as {
      messages: { role: string; content: unknown }[];
    }
  ).messages.flatMap(({ role, content }) => (role === 'tool' ? content : []));

describe('with `onApproval`', () => {
  test.each<[ApprovalDecision, string]>([
    ['allow', 'pay: 2'],
    [{ decision: 'allow' }, 'pay: 2'],
    [
      { decision: 'allow', arguments: { order: '3' } },
      '[A person had this call run with other arguments: {"order":"3"}]\npay: 3',
    ],
    ['deny', 'Error: a person denied this call'],
    [{ decision: 'deny', reason: 'Too much' }, 'Error: a person denied this call: Too much'],
  ])('%j is carried out, and the model gets the result', async (decision, content) => {
    const { ran, tools } = createTools();
    const onApproval = vi.fn(async () => decision);

    const { client, run: result } = await run([json(both), json(saying('Done.'))], tools, { onApproval });

    expect(onApproval.mock.calls).toEqual([[{ id: b, name: 'pay', arguments: '{"order":"2"}' }]]);
    expect(contentsSent(client)).toEqual(['look: 1', content]);
    expect(ran).toEqual(
      content.startsWith('Error') ? ['look 1'] : ['look 1', content.slice(-6).replace(':', '')],
    );
    expect(result.endedBy).toBe('reply');
  });

  test.each([
    ['yes', "must be 'allow', 'deny'"],
    [undefined, "must be 'allow', 'deny'"],
    [{ decision: 'allow', reason: 'x' }, 'no option `reason`'],
    [{ decision: 'allow', arguments: { order: 7 } }, 'do not match the schema'],
    [{ decision: 'allow', arguments: 'x' }, '`arguments` must be an object'],
    [{ decision: 'deny', reason: 7 }, '`reason` must be a string'],
  ])('%j ends the run with an error, and the tool does not run', async (decision, problem) => {
    const { ran, tools } = createTools();

    const failure = await failureOf(run([json(both)], tools, { onApproval: () => decision as never }));

    expect(failure).toBeInstanceOf(ArgumentError);
    expect(String(failure)).toContain(problem);
    expect(partialRunOf(failure)?.interrupted?.results.map(({ id }) => id)).toEqual([a, b]);
    expect(ran).toEqual(['look 1']);
  });

  test('an error in it ends the run', async () => {
    const { tools } = createTools();
    const broken = new Error('No connection to the chat of the team');

    expect(await failureOf(run([json(both)], tools, { onApproval: () => Promise.reject(broken) }))).toBe(
      broken,
    );
  });
});

test('a function says by the arguments whether a call needs approval', async () => {
  const needsApproval = vi.fn((args: { order: string }) => args.order === '2');
  const { ran, tools } = createTools(needsApproval);

  const first = await run([json(calling(call(a, 'pay', { order: '1' }))), json(saying('Done.'))], tools);
  const second = await run([json(calling(call(b, 'pay', { order: '2' })))], tools);

  expect(first.run.endedBy).toBe('reply');
  expect(second.run.endedBy).toBe('approval');
  expect(ran).toEqual(['pay 1']);
  expect(needsApproval.mock.calls[0]![1 as never]).toMatchObject({ callId: a, round: 1 });
});

test('invalid arguments are the fault of the model, and nobody is asked', async () => {
  const { tools } = createTools();
  const onApproval = vi.fn();

  await run([json(calling(call(a, 'pay', { order: 7 }))), json(saying('Sorry.'))], tools, { onApproval });

  expect(onApproval).not.toHaveBeenCalled();
});

test('a tool that needs approval does not start early', async () => {
  const { ran, tools } = createTools(true, true);
  const client = scripted([events(streamed(both))]);

  const seen: string[] = [];
  for await (const event of streamTools(client.mistral.chat, params, { tools }))
    if (event.type === 'tool-approval' || event.type === 'tool-result') seen.push(event.type);

  expect(seen).toEqual(['tool-result', 'tool-approval']);
  expect(ran).toEqual(['look 1']);
});

describe('without `onApproval`', () => {
  test('the run ends, says which calls wait, and has run the others', async () => {
    const { ran, first } = await suspended();

    expect(first.endedBy).toBe('approval');
    expect(first.pending?.calls).toEqual([
      { id: b, name: 'pay', arguments: '{"order":"2"}', runsOn: 'client' },
    ]);
    expect(first.messages).toEqual(params.messages);
    expect(first.interrupted?.results.map(({ status }) => status)).toEqual(['done', 'pending']);
    expect(ran).toEqual(['look 1']);
    expect(stored(first.pending)).toEqual(first.pending);
  });

  test.each<[ApprovalDecision, string]>([
    ['allow', 'pay: 2'],
    [
      { decision: 'allow', arguments: { order: '3' } },
      '[A person had this call run with other arguments: {"order":"3"}]\npay: 3',
    ],
    [{ decision: 'deny', reason: 'No' }, 'Error: a person denied this call: No'],
  ])('it is resumed from JSON with %j, and what ran does not run again', async (decision, content) => {
    const { pending } = await suspended();
    const { ran, tools } = createTools();
    const steps: number[] = [];

    const { client, result } = resume(
      [json(saying('Done.'))],
      pending,
      { [b]: decision },
      {
        tools,
        onStep: ({ round }) => void steps.push(round),
      },
    );
    const { messages, usage, endedBy } = await result;

    expect(endedBy).toBe('reply');
    expect(ran).toEqual(content.startsWith('Error') ? [] : [content.slice(-6).replace(':', '')]);
    expect(contentsSent(client)).toEqual(['look: 1', content]);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant']);
    expect(usage?.total_tokens).toBe(30);
    expect(steps).toEqual([1, 2]);
  });

  test('it goes on as it would have gone on at once, to the last byte', async () => {
    const { pending } = await suspended();
    const { tools } = createTools();
    const lines = [json(both), json(saying('Done.'))];
    const atOnce = await run(lines, tools, { onApproval: () => 'allow' });
    const later = resume([json(saying('Done.'))], pending, { [b]: 'allow' }, { tools });
    await later.result;

    const bodyOf = ({ fetch }: ReturnType<typeof scripted>) => fetch.mock.calls.at(-1)![1].body;
    expect(bodyOf(later.client)).toBe(bodyOf(atOnce.client));
  });

  test('a call without a decision waits on, and what was decided stays decided', async () => {
    const { pending } = await suspended(
      calling(call(a, 'pay', { order: '1' }), call(b, 'pay', { order: '2' })),
    );
    const { ran, tools } = createTools();

    const half = await resume([], pending, { [a]: 'allow' }, { tools }).result;
    const rest = stored(half.pending);
    const failure = await failureOf(resume([], rest, { [a]: 'allow', [b]: 'deny' }, { tools }).result);
    const whole = await resume([json(saying('Done.'))], rest, { [b]: 'deny' }, { tools }).result;

    expect(half.endedBy).toBe('approval');
    expect(rest.calls.map(({ id }) => id)).toEqual([b]);
    expect(String(failure)).toContain(`The call ${a} has run already`);
    expect(whole.endedBy).toBe('reply');
    expect(ran).toEqual(['pay 1']);
  });

  test('a later reply that repeats a call from before gets its result, and the tool does not run', async () => {
    const { pending } = await suspended();
    const { ran, tools } = createTools();

    const { steps } = await resume(
      [json(calling(call(a, 'look', { order: '1' }))), json(saying('Done.'))],
      pending,
      { [b]: 'allow' },
      { tools },
    ).result;

    expect(ran).toEqual(['pay 2']);
    expect(steps[1]!.results).toMatchObject([{ isRepeated: true, content: 'look: 1' }]);
  });

  test('rounds and tokens count on', async () => {
    const { pending } = await suspended();
    const { tools } = createTools();
    const next = [json(calling(call(c, 'look', { order: '9' })))];

    expect((await resume(next, pending, { [b]: 'allow' }, { tools, maxRounds: 2 }).result).endedBy).toBe(
      'maxRounds',
    );
    expect((await resume(next, pending, { [b]: 'allow' }, { tools, maxTokens: 30 }).result).endedBy).toBe(
      'maxTokens',
    );
  });

  test('the streamed form gives the events since then', async () => {
    const { pending } = await suspended();
    const { tools } = createTools();
    const client = scripted([events(streamed(saying('Done.')))]);
    const seen: string[] = [];

    const resumed = resumeStreamTools(client.mistral.chat, pending, { [b]: 'allow' }, { tools });
    for await (const event of resumed) if (event.type !== 'event') seen.push(event.type);

    expect(seen).toEqual(['tool-call', 'tool-result', 'step', 'text-delta', 'step']);
    expect((await resumed).endedBy).toBe('reply');
  });

  test.each<[string, (pending: PendingRun) => PendingRun, Record<string, unknown>, string]>([
    [
      'a decision about another call',
      (it) => it,
      { zzz: 'allow' },
      `No call zzz waits for a decision; those that do: ${b}`,
    ],
    ['a decision that is none', (it) => it, { [b]: 'ok' }, "must be 'allow', 'deny'"],
    [
      'arguments that do not fit',
      (it) => it,
      { [b]: { decision: 'allow', arguments: {} } },
      'do not match the schema',
    ],
    ['no decisions', (it) => it, undefined as never, 'must be an object of decisions'],
    ['decisions in a Map', (it) => it, new Map([[b, 'allow']]) as never, 'must be an object of decisions'],
    ['what is not a pending run', () => ({}) as never, {}, 'must be the `pending` of a run'],
    [
      'one whose calls were changed',
      (it) => ({ ...it, calls: [null] as never }),
      {},
      'must be the `pending` of a run of this version, unchanged',
    ],
    ...['adapter', 'round', 'response', 'results', 'earlier', 'tools'].map(
      (field): [string, (pending: PendingRun) => PendingRun, Record<string, unknown>, string] => [
        `one without its \`${field}\``,
        (it) => ({ ...it, state: { ...it.state, [field]: null } }),
        {},
        'must be the `pending` of a run of this version, unchanged',
      ],
    ),
    [
      'one of another version',
      (it) => ({ ...it, state: { ...it.state, version: 2 } }),
      {},
      'of this version',
    ],
    [
      'one of another API',
      (it) => ({ ...it, state: { ...it.state, api: 'conversations' } }),
      {},
      'resume it with the same client',
    ],
  ])('%s is refused before any request', async (_, change, decisions, problem) => {
    const { pending } = await suspended();
    const { ran, tools } = createTools();
    const { client, result } = resume([], change(pending), decisions as never, { tools });

    const failure = await failureOf(result);

    expect(failure).toBeInstanceOf(ArgumentError);
    expect(String(failure)).toContain(problem);
    expect(client.fetch).not.toHaveBeenCalled();
    expect(ran).toEqual([]);
  });

  test('the run waits for people, too, when another call outlasts its timeout, which the model is told', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { ran, tools } = createTools();
    const endless = tool({
      name: 'look',
      description: 'look',
      parameters: { type: 'object' },
      execute: () => new Promise(() => {}),
    });
    const suspending = run([json(both)], [endless, tools[1]!], { timeoutMs: 5_000 });
    await vi.advanceTimersByTimeAsync(5_000);
    const { run: first } = await suspending;

    const { client, result } = resume(
      [json(saying('Done.'))],
      stored(first.pending),
      { [b]: 'allow' },
      { tools, timeoutMs: 5_000 },
    );

    expect((await result).endedBy).toBe('reply');
    expect(first.endedBy).toBe('approval');
    expect(first.interrupted?.results.map(({ status }) => status)).toEqual(['cancelled', 'pending']);
    expect(contentsSent(client)).toEqual(['Error: the run ended before this call had a result', 'pay: 2']);
    expect(ran).toEqual(['pay 2']);
  });

  test('a tool that is missing or has changed is told, unless its call is denied', async () => {
    const { pending } = await suspended();
    const { tools } = createTools();
    const [look] = tools;
    const changed = tool({
      ...tools[1]!.function,
      description: 'Pays twice',
      parameters: { type: 'object' },
      execute: () => 1,
    });
    const failing = (others: readonly RunnableTool[]) =>
      failureOf(resume([], pending, { [b]: 'allow' }, { tools: others }).result);

    expect(String(await failing([look!]))).toContain('pass it in `tools`, or deny the call');
    expect(String(await failing([look!, changed]))).toContain('is described in another way');
    const denied = await resume([json(saying('Done.'))], pending, { [b]: 'deny' }, { tools: [look!] }).result;
    expect(denied.endedBy).toBe('reply');
  });
});

describe('over a conversation', () => {
  const start = { model: 'm', inputs: 'Pay them back' };
  const waiting = conversing(
    functionCall(a, 'look', { order: '1' }),
    functionCall(b, 'pay', { order: '2' }),
    functionCall(c, 'gmail', {}, 'pending'),
  );
  const bodyOf = ({ fetch }: ReturnType<typeof scripted>): unknown =>
    JSON.parse(fetch.mock.calls.at(-1)![1].body as string);

  test('a call waits on without a decision, whatever its id is', async () => {
    const { tools } = createTools();
    const reply = conversing(functionCall('constructor', 'pay', { order: '2' }));
    const { mistral } = scripted([json(reply)]);
    const { pending } = await runTools(mistral.beta.conversations, start, { tools });

    const resumed = await resumeTools(mistral.beta.conversations, stored(pending), {}, { tools });

    expect(resumed.endedBy).toBe('approval');
    expect(resumed.pending?.calls.map(({ id }) => id)).toEqual(['constructor']);
  });

  test('calls of this process and of Mistral are decided together', async () => {
    const { ran, tools } = createTools();
    const client = scripted([json(waiting)]);
    const first = await runTools(client.mistral.beta.conversations, start, { tools });
    const other = scripted([json(conversing(message('Done.')))]);

    const pending = stored(first.pending);
    const last = await resumeTools(
      other.mistral.beta.conversations,
      pending,
      { [b]: 'allow', [c]: 'deny' },
      { tools },
    );

    expect(first.endedBy).toBe('approval');
    expect(pending.calls.map(({ id, runsOn }) => [id, runsOn])).toEqual([
      [b, 'client'],
      [c, 'server'],
    ]);
    expect(ran).toEqual(['look 1', 'pay 2']);
    expect(bodyOf(other)).toMatchObject({
      inputs: [
        { tool_call_id: a, result: 'look: 1' },
        { tool_call_id: b, result: 'pay: 2' },
      ],
      tool_confirmations: [{ tool_call_id: c, confirmation: 'deny' }],
    });
    expect(last).toMatchObject({ endedBy: 'reply', conversationId: 'conv_1' });
    expect(last.usage?.total_tokens).toBe(30);
  });

  test('what was decided about a call of Mistral stays decided while others wait', async () => {
    const { ran, tools } = createTools();
    const reply = conversing(
      functionCall(b, 'pay', { order: '2' }),
      functionCall(c, 'gmail', {}, 'pending'),
      functionCall(a, 'drive', {}, 'pending'),
    );
    const { pending } = await runTools(scripted([json(reply)]).mistral.beta.conversations, start, { tools });
    const client = scripted([json(conversing(message('Done.')))]);
    const { conversations } = client.mistral.beta;

    const second = await resumeTools(conversations, stored(pending), { [c]: 'deny' }, { tools });
    const again = await failureOf(
      resumeTools(conversations, stored(second.pending), { [c]: 'allow' }, { tools }),
    );
    const third = await resumeTools(conversations, stored(second.pending), { [b]: 'allow' }, { tools });
    const last = await resumeTools(conversations, stored(third.pending), { [a]: 'allow' }, { tools });

    expect([second, third, last].map(({ endedBy }) => endedBy)).toEqual([
      'approval',
      'confirmation',
      'reply',
    ]);
    expect([second, third].map((each) => each.pending?.calls.map(({ id }) => id))).toEqual([[b, a], [a]]);
    expect(String(again)).toContain(`The call ${c} was decided already`);
    expect(ran).toEqual(['pay 2']);
    expect(bodyOf(client)).toMatchObject({
      inputs: [{ tool_call_id: b, result: 'pay: 2' }],
      tool_confirmations: [
        { tool_call_id: c, confirmation: 'deny' },
        { tool_call_id: a, confirmation: 'allow' },
      ],
    });
  });

  test('a confirmation that waits is resumed after the results that were there', async () => {
    const { ran, tools } = createTools();
    const reply = conversing(
      functionCall(a, 'look', { order: '1' }),
      functionCall(c, 'gmail', {}, 'pending'),
    );
    const first = await runTools(scripted([json(reply)]).mistral.beta.conversations, start, { tools });
    const other = scripted([json(conversing(message('Done.')))]);

    const last = await resumeTools(
      other.mistral.beta.conversations,
      stored(first.pending),
      { [c]: 'allow' },
      { tools },
    );

    expect(first.endedBy).toBe('confirmation');
    expect(first.pending?.calls).toMatchObject([{ id: c, name: 'gmail', runsOn: 'server' }]);
    expect(ran).toEqual(['look 1']);
    expect(bodyOf(other)).toMatchObject({
      inputs: [{ tool_call_id: a, result: 'look: 1' }],
      tool_confirmations: [{ tool_call_id: c, confirmation: 'allow' }],
    });
    expect(last.steps.map(({ round }) => round)).toEqual([2]);
  });

  test('a run that waits again and again reports each step once', async () => {
    const { ran, tools } = createTools();
    const rounds: number[] = [];
    const options = { tools, onStep: ({ round }: { round: number }) => void rounds.push(round) };
    const lines = [
      conversing(functionCall(c, 'gmail', {}, 'pending')),
      conversing(functionCall(b, 'pay', { order: '2' })),
      conversing(message('Done.')),
    ].map(json);
    const next = () => scripted([lines.shift()!]).mistral.beta.conversations;

    const first = await runTools(next(), start, options);
    const second = await resumeTools(next(), stored(first.pending), { [c]: 'allow' }, options);
    const third = await resumeTools(next(), stored(second.pending), { [b]: 'allow' }, options);

    expect([first, second, third].map(({ endedBy }) => endedBy)).toEqual([
      'confirmation',
      'approval',
      'reply',
    ]);
    expect(rounds).toEqual([1, 2, 3]);
    expect(ran).toEqual(['pay 2']);
    expect(third.usage?.total_tokens).toBe(45);
  });

  test.each([
    { decision: 'deny', reason: 'No' },
    { decision: 'allow', arguments: {} },
  ])(
    '%j about a call that Mistral runs is refused, since the API takes no more than the decision',
    async (decision) => {
      const { tools } = createTools();
      const first = await runTools(scripted([json(waiting)]).mistral.beta.conversations, start, { tools });
      const client = scripted([]);

      const failure = await failureOf(
        resumeTools(
          client.mistral.beta.conversations,
          stored(first.pending),
          { [c]: decision as ApprovalDecision },
          { tools },
        ),
      );

      expect(failure).toBeInstanceOf(ArgumentError);
      expect(String(failure)).toContain('Mistral runs this call');
    },
  );
});
