import { describe, expect, test } from 'vitest';

import type {
  ChatCompletionResponse,
  CompletionChunk,
  ConversationEvent,
  ConversationResponse,
  DeltaMessage,
  TranscriptionResponse,
  TranscriptionStreamEvent,
} from '../../src/index.js';
import { createMockMistral, type MockResponses } from '../../src/testing/index.js';
import { client } from '../helpers/api.js';

const messages = [{ role: 'user' as const, content: 'Bonjour' }];
const answering = (answers: MockResponses) => client({ fetch: createMockMistral(answers).fetch });

const head = { id: 'cmpl-1', created: 1_756_746_619, model: 'mistral-small-latest' };
const usage = { prompt_tokens: 12, completion_tokens: 9, total_tokens: 21 };
const chunk = (
  delta: DeltaMessage,
  finish_reason: string | null = null,
  rest: Partial<CompletionChunk> & { readonly index?: number } = {},
): CompletionChunk => {
  const { index = 0, ...more } = rest;
  return { ...head, object: 'chat.completion.chunk', choices: [{ index, delta, finish_reason }], ...more };
};
const whole = (...choices: ChatCompletionResponse['choices']): ChatCompletionResponse => ({
  ...head,
  object: 'chat.completion',
  usage,
  choices,
});
const opening = chunk({ role: 'assistant', content: '' });

type Fixture<Event, Answer> = readonly [name: string, events: readonly Event[], answer: Answer];

const completions: readonly Fixture<CompletionChunk, ChatCompletionResponse>[] = [
  [
    'text',
    [
      opening,
      chunk({ content: 'Cheese' }),
      chunk({ content: '' }),
      chunk({ content: ' is' }),
      chunk({ content: ' 🧀' }, 'stop', { usage }),
    ],
    whole({ index: 0, message: { role: 'assistant', content: 'Cheese is 🧀' }, finish_reason: 'stop' }),
  ],
  [
    'text that was cut at a limit',
    [opening, chunk({ content: 'Chee' }, 'length', { usage })],
    whole({ index: 0, message: { role: 'assistant', content: 'Chee' }, finish_reason: 'length' }),
  ],
  [
    'usage in a chunk of its own, without choices',
    [opening, chunk({ content: 'Oui' }), chunk({}, 'stop'), chunk({}, null, { choices: [], usage })],
    whole({ index: 0, message: { role: 'assistant', content: 'Oui' }, finish_reason: 'stop' }),
  ],
  [
    'a tool call in one piece',
    [
      opening,
      chunk(
        {
          tool_calls: [
            { id: 'a1b2c3d4e', function: { name: 'weather', arguments: '{"city":"Lyon"}' }, index: 0 },
          ],
        },
        'tool_calls',
        { usage },
      ),
    ],
    whole({
      index: 0,
      message: {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'a1b2c3d4e', function: { name: 'weather', arguments: '{"city":"Lyon"}' }, index: 0 },
        ],
      },
      finish_reason: 'tool_calls',
    }),
  ],
  [
    'parallel tool calls whose arguments come in pieces that take turns',
    [
      opening,
      chunk({
        tool_calls: [
          {
            id: 'call00001',
            type: 'function',
            function: { name: 'weather', arguments: '{"city"' },
            index: 0,
          },
        ],
      }),
      chunk({
        tool_calls: [
          { id: 'call00002', type: 'function', function: { name: 'time', arguments: '' }, index: 1 },
        ],
      }),
      chunk({ tool_calls: [{ function: { name: '', arguments: ':"Lyon"}' }, index: 0 }] }),
      chunk({ tool_calls: [{ id: 'call00002', function: { name: '', arguments: '{}' }, index: 1 }] }),
      chunk({ content: '' }, 'tool_calls', { usage }),
    ],
    whole({
      index: 0,
      message: {
        role: 'assistant',
        content: '',
        tool_calls: [
          {
            id: 'call00001',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Lyon"}' },
            index: 0,
          },
          { id: 'call00002', type: 'function', function: { name: 'time', arguments: '{}' }, index: 1 },
        ],
      },
      finish_reason: 'tool_calls',
    }),
  ],
  [
    'parallel tool calls that the server numbers all 0',
    [
      chunk({ role: 'assistant', content: null }),
      chunk({ tool_calls: [{ id: 'call00001', function: { name: 'a', arguments: '{"n"' }, index: 0 }] }),
      chunk({ tool_calls: [{ id: 'null', function: { name: '', arguments: ':1}' }, index: 0 }] }),
      chunk(
        { tool_calls: [{ id: 'call00002', function: { name: 'b', arguments: '{}' }, index: 0 }] },
        'tool_calls',
        { usage },
      ),
    ],
    whole({
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call00001', function: { name: 'a', arguments: '{"n":1}' }, index: 0 },
          { id: 'call00002', function: { name: 'b', arguments: '{}' }, index: 0 },
        ],
      },
      finish_reason: 'tool_calls',
    }),
  ],
  [
    'a tool call whose arguments are an object, and text before it',
    [
      chunk({ role: 'assistant', content: 'Let me see' }),
      chunk(
        { content: '.', tool_calls: [{ id: 'call00001', function: { name: 'a', arguments: { n: 1 } } }] },
        'tool_calls',
        { usage },
      ),
    ],
    whole({
      index: 0,
      message: {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [{ id: 'call00001', function: { name: 'a', arguments: { n: 1 } } }],
      },
      finish_reason: 'tool_calls',
    }),
  ],
  [
    'several choices, which take turns and do not begin in order',
    [
      chunk({ role: 'assistant', content: 'Salut' }, null, { index: 1 }),
      chunk({ role: 'assistant', content: 'Bon' }),
      chunk({ content: ' !' }, 'stop', { index: 1 }),
      chunk({ content: 'jour' }, 'length', { usage }),
    ],
    whole(
      { index: 0, message: { role: 'assistant', content: 'Bonjour' }, finish_reason: 'length' },
      { index: 1, message: { role: 'assistant', content: 'Salut !' }, finish_reason: 'stop' },
    ),
  ],
  [
    'several choices in one chunk',
    [
      chunk({}, null, {
        choices: [
          { index: 0, delta: { role: 'assistant', content: 'a' }, finish_reason: null },
          { index: 1, delta: { role: 'assistant', content: 'b' }, finish_reason: null },
        ],
      }),
      chunk({}, null, {
        usage,
        choices: [
          { index: 1, delta: { content: 'B' }, finish_reason: 'stop' },
          { index: 0, delta: { content: 'A' }, finish_reason: 'stop' },
        ],
      }),
    ],
    whole(
      { index: 0, message: { role: 'assistant', content: 'aA' }, finish_reason: 'stop' },
      { index: 1, message: { role: 'assistant', content: 'bB' }, finish_reason: 'stop' },
    ),
  ],
  [
    'thinking, then the answer',
    [
      opening,
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Two' }] }] }),
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: ' and two' }] }] }),
      chunk({
        content: [{ type: 'thinking', thinking: [{ type: 'reference', reference_ids: [3] }], closed: true }],
      }),
      chunk({ content: [{ type: 'text', text: 'Fo' }] }),
      chunk({ content: 'ur' }, 'stop', { usage }),
    ],
    whole({
      index: 0,
      message: {
        role: 'assistant',
        content: [
          {
            type: 'thinking',
            thinking: [
              { type: 'text', text: 'Two and two' },
              { type: 'reference', reference_ids: [3] },
            ],
            closed: true,
          },
          { type: 'text', text: 'Four' },
        ],
      },
      finish_reason: 'stop',
    }),
  ],
  [
    'text, then blocks with references',
    [
      chunk({ role: 'assistant', content: 'Paris' }),
      chunk({ content: [{ type: 'reference', reference_ids: [1, 2] }] }),
      chunk({ content: ', and' }),
      chunk(
        {
          content: [
            { type: 'text', text: ' Lyon' },
            { type: 'reference', reference_ids: [3] },
          ],
        },
        'stop',
        { usage },
      ),
    ],
    whole({
      index: 0,
      message: {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Paris' },
          { type: 'reference', reference_ids: [1, 2] },
          { type: 'text', text: ', and Lyon' },
          { type: 'reference', reference_ids: [3] },
        ],
      },
      finish_reason: 'stop',
    }),
  ],
];

describe.each(completions)('a completion with %s', (_, events, answer) => {
  const mistral = answering({ 'chat.stream': events, 'fim.stream': events, 'agents.stream': events });

  test('is in the end what it would have been in one piece', async () => {
    expect(await mistral.chat.stream({ model: 'm', messages }).finalCompletion()).toStrictEqual(answer);
    expect(await mistral.fim.stream({ model: 'm', prompt: 'def' }).finalCompletion()).toStrictEqual(answer);
    expect(await mistral.agents.stream({ agent_id: 'a', messages }).finalCompletion()).toStrictEqual(answer);
    expect(await mistral.chat.stream({ model: 'm', messages }).finalMessage()).toEqual(
      answer.choices[0]!.message,
    );
  });

  test('gives its chunks untouched, and the whole after the loop', async () => {
    const stream = mistral.chat.stream({ model: 'm', messages });
    const seen: CompletionChunk[] = [];

    for await (const each of stream) seen.push(each);

    expect(seen).toEqual(events);
    expect(await stream.finalCompletion()).toStrictEqual(answer);
  });
});

const at = (second: number) => ({ created_at: `2026-03-04T10:00:0${second}.000Z` });
const started: ConversationEvent = {
  type: 'conversation.response.started',
  ...at(0),
  conversation_id: 'conv_1',
};
const done: ConversationEvent = { type: 'conversation.response.done', ...at(9), usage };
const message = (rest: object): ConversationEvent => ({
  type: 'message.output.delta',
  ...at(1),
  output_index: 0,
  id: 'msg_1',
  content_index: 0,
  model: 'mistral-small-latest',
  agent_id: null,
  role: 'assistant',
  content: '',
  ...rest,
});
const entry = { object: 'entry', ...at(1), agent_id: null, model: 'mistral-small-latest' } as const;
const response = (...outputs: ConversationResponse['outputs']): ConversationResponse => ({
  object: 'conversation.response',
  conversation_id: 'conv_1',
  outputs,
  usage,
});

const conversations: readonly Fixture<ConversationEvent, ConversationResponse>[] = [
  [
    'a message',
    [started, message({ content: 'Par' }), message({ content: 'is' }), done],
    response({ ...entry, type: 'message.output', id: 'msg_1', role: 'assistant', content: 'Paris' }),
  ],
  [
    'a web search, its sources, and a file that a tool made',
    [
      started,
      {
        type: 'tool.execution.started',
        ...at(1),
        output_index: 0,
        id: 'tool_1',
        name: 'web_search',
        arguments: '{"query"',
      },
      {
        type: 'tool.execution.delta',
        ...at(2),
        output_index: 0,
        id: 'tool_1',
        name: 'web_search',
        arguments: ':"Paris"}',
      },
      {
        type: 'tool.execution.done',
        ...at(3),
        output_index: 0,
        id: 'tool_1',
        name: 'web_search',
        info: { hits: 3 },
      },
      message({ output_index: 1, content: 'Pa' }),
      message({ output_index: 1, content: 'ris' }),
      message({
        output_index: 1,
        content_index: 1,
        content: { type: 'tool_reference', tool: 'web_search', title: 'Paris', url: 'https://paris.test' },
      }),
      message({ output_index: 1, content_index: 2, content: ' is' }),
      message({ output_index: 1, content_index: 2, content: ' large.' }),
      message({
        output_index: 1,
        content_index: 3,
        content: { type: 'tool_file', tool: 'image_generation', file_id: 'file_1', file_name: 'a.png' },
      }),
      done,
    ],
    response(
      {
        object: 'entry',
        type: 'tool.execution',
        ...at(1),
        completed_at: at(3).created_at,
        id: 'tool_1',
        name: 'web_search',
        arguments: '{"query":"Paris"}',
        info: { hits: 3 },
      },
      {
        ...entry,
        type: 'message.output',
        id: 'msg_1',
        role: 'assistant',
        content: [
          { type: 'text', text: 'Paris' },
          { type: 'tool_reference', tool: 'web_search', title: 'Paris', url: 'https://paris.test' },
          { type: 'text', text: ' is large.' },
          { type: 'tool_file', tool: 'image_generation', file_id: 'file_1', file_name: 'a.png' },
        ],
      },
    ),
  ],
  [
    'thinking',
    [
      started,
      message({ content: { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] } }),
      message({ content: { type: 'thinking', thinking: [{ type: 'text', text: 'm' }] } }),
      message({ content_index: 1, content: { type: 'text', text: 'Pa' } }),
      message({ content_index: 1, content: { type: 'text', text: 'ris' } }),
      done,
    ],
    response({
      ...entry,
      type: 'message.output',
      id: 'msg_1',
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hmm' }] },
        { type: 'text', text: 'Paris' },
      ],
    }),
  ],
  [
    'a message and a function call that share an id',
    [
      started,
      message({ id: 'out_1', content: 'Let me' }),
      {
        type: 'function.call.delta',
        ...at(1),
        output_index: 1,
        id: 'out_1',
        name: 'weather',
        tool_call_id: 'call00001',
        arguments: '{}',
      },
      message({ id: 'out_1', content: ' see' }),
      done,
    ],
    response(
      { ...entry, type: 'message.output', id: 'out_1', role: 'assistant', content: 'Let me see' },
      {
        object: 'entry',
        type: 'function.call',
        ...at(1),
        id: 'out_1',
        tool_call_id: 'call00001',
        name: 'weather',
        arguments: '{}',
      },
    ),
  ],
  [
    'function calls that take turns, whose outputs are numbered all 0',
    [
      started,
      {
        type: 'function.call.delta',
        ...at(1),
        output_index: 0,
        id: 'fc_1',
        name: 'weather',
        tool_call_id: 'call00001',
        arguments: '{"city"',
      },
      {
        type: 'function.call.delta',
        ...at(1),
        output_index: 0,
        id: 'fc_2',
        name: 'time',
        tool_call_id: 'call00002',
        arguments: '{',
        confirmation_status: 'pending',
      },
      {
        type: 'function.call.delta',
        ...at(2),
        output_index: 0,
        id: 'fc_1',
        name: 'weather',
        tool_call_id: 'call00001',
        arguments: ':"Lyon"}',
      },
      {
        type: 'function.call.delta',
        ...at(2),
        output_index: 0,
        id: 'fc_2',
        name: 'time',
        tool_call_id: 'call00002',
        arguments: '}',
      },
      done,
    ],
    response(
      {
        object: 'entry',
        type: 'function.call',
        ...at(1),
        id: 'fc_1',
        tool_call_id: 'call00001',
        name: 'weather',
        arguments: '{"city":"Lyon"}',
      },
      {
        object: 'entry',
        type: 'function.call',
        ...at(1),
        id: 'fc_2',
        tool_call_id: 'call00002',
        name: 'time',
        arguments: '{}',
        confirmation_status: 'pending',
      },
    ),
  ],
  [
    'a hand-off between two agents, out of order',
    [
      started,
      message({ output_index: 1, agent_id: 'ag_2', content: 'Bonjour' }),
      {
        type: 'agent.handoff.started',
        ...at(1),
        output_index: 0,
        id: 'handoff_1',
        previous_agent_id: 'ag_1',
        previous_agent_name: 'Front',
      },
      {
        type: 'agent.handoff.done',
        ...at(2),
        output_index: 0,
        id: 'handoff_1',
        next_agent_id: 'ag_2',
        next_agent_name: 'Back',
      },
      message({ output_index: 1, agent_id: 'ag_2', content: ' !' }),
      done,
    ],
    response(
      {
        object: 'entry',
        type: 'agent.handoff',
        ...at(1),
        completed_at: at(2).created_at,
        id: 'handoff_1',
        previous_agent_id: 'ag_1',
        previous_agent_name: 'Front',
        next_agent_id: 'ag_2',
        next_agent_name: 'Back',
      },
      {
        ...entry,
        agent_id: 'ag_2',
        type: 'message.output',
        id: 'msg_1',
        role: 'assistant',
        content: 'Bonjour !',
      },
    ),
  ],
];

describe.each(conversations)('a conversation with %s', (_, events, answer) => {
  const mistral = answering({
    'beta.conversations.startStream': events,
    'beta.conversations.appendStream': events,
    'beta.conversations.restartStream': events,
  });
  const { conversations: resource } = mistral.beta;

  test('is in the end what it would have been in one piece', async () => {
    expect(await resource.startStream({ inputs: 'Hi' }).finalResponse()).toStrictEqual(answer);
    expect(await resource.appendStream({ conversation_id: 'c', inputs: 'Hi' }).finalResponse()).toEqual(
      answer,
    );
    expect(
      await resource
        .restartStream({ conversation_id: 'c', from_entry_id: 'e', inputs: 'Hi' })
        .finalResponse(),
    ).toStrictEqual(answer);
  });

  test('gives its events untouched, and the whole after the loop', async () => {
    const stream = resource.startStream({ inputs: 'Hi' });
    const seen: ConversationEvent[] = [];

    for await (const each of stream) seen.push(each);

    expect(seen).toEqual(events);
    expect(await stream.finalResponse()).toStrictEqual(answer);
  });
});

const segment = { text: 'Two coffees', start: 0, end: 1.4, speaker_id: 'speaker_1' };
const transcription: TranscriptionResponse = {
  model: 'voxtral-mini-2602',
  text: 'Two coffees',
  language: 'en',
  segments: [{ type: 'transcription_segment', ...segment }],
  usage: { ...usage, prompt_audio_seconds: 2 },
};
const heard: readonly TranscriptionStreamEvent[] = [
  { type: 'transcription.language', audio_language: 'en' },
  { type: 'transcription.text.delta', text: 'Two' },
  { type: 'transcription.text.delta', text: ' coffees' },
  { type: 'transcription.segment', ...segment },
];

const transcriptions: readonly Fixture<TranscriptionStreamEvent, TranscriptionResponse>[] = [
  [
    'a last event that tells all',
    [...heard, { ...transcription, type: 'transcription.done' }],
    transcription,
  ],
  [
    'a last event that leaves out what was said before',
    [...heard, { ...transcription, language: null, segments: [], type: 'transcription.done' }],
    transcription,
  ],
  ['nothing but a last event', [{ ...transcription, type: 'transcription.done' }], transcription],
];

describe.each(transcriptions)('a transcription with %s', (_, events, answer) => {
  const mistral = answering({ 'audio.transcriptions.stream': events });
  const start = () =>
    mistral.audio.transcriptions.stream({ model: 'voxtral-mini-latest', file_url: 'https://a.test' });

  test('is in the end what it would have been in one piece', async () => {
    expect(await start().finalTranscription()).toStrictEqual(answer);
    expect(await start().finalText()).toBe('Two coffees');
  });

  test('gives its events untouched', async () => {
    const seen: TranscriptionStreamEvent[] = [];

    for await (const each of start()) seen.push(each);

    expect(seen).toEqual(events);
  });
});
