/**
 * What the SDK does, in one sitting: lists, completes, streams, paginates, uploads, and fails on purpose.
 *
 * Talks to the mock API on loopback, or to the real one when MISTRAL_API_KEY is set.
 *
 * Run: npm run demo
 */
import { APIError, Mistral, textOf } from 'mistral-sdk';
import { createMockMistral } from 'mistral-sdk/testing';
import { serveMock, type MockServer } from 'mistral-sdk/testing/node';

const model = 'mistral-small-latest';

async function main(): Promise<void> {
  const server = process.env.MISTRAL_API_KEY ? undefined : await startMock();
  const mistral = server ? new Mistral({ apiKey: 'demo-key', baseURL: server.url }) : new Mistral();
  console.log(server ? `Talking to the mock API at ${server.url}` : 'Talking to the Mistral API');

  try {
    await listModels(mistral);
    await completeChat(mistral);
    await streamChat(mistral);
    await paginateBatchJobs(mistral);
    await uploadFile(mistral);
    await streamConversation(mistral);
    await streamTranscription(mistral);
    await failOnPurpose(mistral);
  } finally {
    await server?.close();
  }
  console.log('\nDone: eight calls, each as a user of the package would write it (examples/demo.ts).');
}

/** Events arrive one by one, at about the speed of a model. */
function startMock(): Promise<MockServer> {
  return serveMock(createMockMistral({}, { eventDelayMs: 60 }));
}

function heading(call: string, what: string): void {
  console.log(`\n── ${what}\n   ${call}`);
}

async function listModels(mistral: Mistral): Promise<void> {
  heading('mistral.models.list()', 'List the models');
  const { data = [] } = await mistral.models.list();
  for (const { id, max_context_length } of data.slice(0, 3))
    console.log(`   ${id} (${max_context_length} tokens)`);
}

async function completeChat(mistral: Mistral): Promise<void> {
  heading('mistral.chat.complete({ model, messages })', 'Ask, and wait for the complete reply');
  const call = mistral.chat.complete({
    model,
    messages: [{ role: 'user', content: 'Say hello in French.' }],
  });
  const { data, requestId } = await call.withResponse();
  console.log(`   ${textOf(data)}`);
  console.log(`   ${data.usage.total_tokens} tokens, request ${requestId}`);
}

async function streamChat(mistral: Mistral): Promise<void> {
  heading(
    'for await (const chunk of mistral.chat.stream({ model, messages }))',
    'Ask, and read while it is written',
  );
  process.stdout.write('   ');
  for await (const chunk of mistral.chat.stream({
    model,
    messages: [{ role: 'user', content: 'Tell me about cheese.' }],
  })) {
    process.stdout.write(textOf(chunk));
  }
  process.stdout.write('\n');
}

async function paginateBatchJobs(mistral: Mistral): Promise<void> {
  heading(
    'for await (const page of (await mistral.batch.jobs.list({ page_size: 2 })).pages())',
    'Paginate a list, and stop after three pages',
  );
  let number = 0;
  for await (const page of (await mistral.batch.jobs.list({ page_size: 2 })).pages()) {
    console.log(
      `   page ${++number} of ${page.total} jobs: ${page.items.map(({ id, status }) => `${id} ${status}`).join(', ')}`,
    );
    if (number === 3) break;
  }
}

async function uploadFile(mistral: Mistral): Promise<void> {
  heading("mistral.files.upload({ file: { name, content }, purpose: 'batch' })", 'Upload a file');
  const request = { custom_id: '1', body: { max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] } };
  const file = await mistral.files.upload({
    file: { name: 'requests.jsonl', content: `${JSON.stringify(request)}\n` },
    purpose: 'batch',
  });
  console.log(`   ${file.filename}, ${file.bytes} bytes, is ${file.id}`);
}

async function streamConversation(mistral: Mistral): Promise<void> {
  heading(
    'mistral.beta.conversations.startStream({ model, inputs })',
    'Stream a conversation: events are told apart by `type`',
  );
  for await (const event of mistral.beta.conversations.startStream({
    model,
    inputs: 'What is the capital of France?',
  })) {
    if (event.type === 'message.output.delta')
      console.log(`   ${event.type.padEnd(30)} ${JSON.stringify(textOf(event))}`);
    else if (event.type === 'conversation.response.done')
      console.log(`   ${event.type.padEnd(30)} ${event.usage.total_tokens} tokens`);
    else console.log(`   ${event.type}`);
  }
}

async function streamTranscription(mistral: Mistral): Promise<void> {
  heading(
    "mistral.audio.transcriptions.stream({ model, file: { name: 'tone.wav', content } })",
    'Stream a transcription',
  );
  const file = { name: 'tone.wav', content: oneSecondOfTone() };
  process.stdout.write('   ');
  for await (const event of mistral.audio.transcriptions.stream({ model: 'voxtral-mini-latest', file })) {
    if (event.type === 'transcription.text.delta') process.stdout.write(event.text);
  }
  process.stdout.write('\n');
}

async function failOnPurpose(mistral: Mistral): Promise<void> {
  heading(
    "mistral.files.retrieve({ file_id: 'no-such-file' })",
    'Fail on purpose: errors are typed, and say what is wrong',
  );
  try {
    await mistral.files.retrieve({ file_id: 'no-such-file' });
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    console.log(`   ${error.name}: ${error.message}`);
    console.log(`   status ${error.status}, request ${error.requestId}`);
  }
}

/** A WAV file: 16 kHz, mono, 16 bits, 440 Hz. */
function oneSecondOfTone(): Uint8Array {
  const sampleRate = 16_000;
  const header = Buffer.from(
    'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\x02\0\x10\0data\0\0\0\0',
    'latin1',
  );
  header.writeUInt32LE(36 + sampleRate * 2, 4);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt32LE(sampleRate * 2, 40);
  const samples = Int16Array.from(
    { length: sampleRate },
    (_, index) => 8_000 * Math.sin((index * 2 * Math.PI * 440) / sampleRate),
  );
  return Buffer.concat([header, new Uint8Array(samples.buffer)]);
}

await main();
