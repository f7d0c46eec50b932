/**
 * What a program does with the package, step by step, in any runtime. The server is scripts/runtimes/serve-scenario.ts.
 *
 * @param runtime - `load()` gives the package as this runtime loads it; `origin` is the server's; `name` is for the report;
 *   `mistral` is a client to use, or `options` are for a new one.
 * @returns when the server has the report.
 */
export async function runScenario({ name, ...runtime }) {
  const results = [];
  let context;
  for (const [step, run] of Object.entries(steps)) {
    try {
      if (step === 'import') context = await importPackage(runtime);
      else if (!context) throw new Error('there is nothing to run, as the import failed');
      else await run(context);
      results.push({ step });
    } catch (error) {
      results.push({ step, error: wordsOf(error) });
    }
  }
  const report = { name, results };
  await fetch(`${runtime.origin}/report`, { method: 'POST', body: JSON.stringify(report) });
  return report;
}

const model = 'mistral-small-latest';
const messages = [{ role: 'user', content: 'Bonjour' }];
const largeBytes = 3 * 1024 * 1024;

async function importPackage({ load, origin, mistral, options }) {
  const sdk = await load();
  const client = mistral ?? new sdk.Mistral({ apiKey: 'test-key-0123456789', baseURL: origin, ...options });
  return { sdk, mistral: client, origin };
}

const steps = {
  import: importPackage,

  async call({ sdk, mistral }) {
    const { data, response, requestId } = await mistral.chat.complete({ model, messages }).withResponse();
    check(sdk.textOf(data).length > 0, 'the answer has no text');
    equal(response.status, 200);
    check(requestId, 'the answer has no request id');
  },

  async error({ sdk, mistral }) {
    const missing = await failureOf(
      mistral.files.retrieve({ file_id: '00000000-0000-4000-8000-000000000000' }),
    );
    check(missing instanceof sdk.NotFoundError, `got ${wordsOf(missing)}`);
    check(sdk.MistralError.isInstance(missing), 'the error has lost its brand');
    equal(missing.status, 404);

    const nobody = mistral.withOptions({ baseURL: 'http://127.0.0.1:9', maxRetries: 0 });
    const refused = await failureOf(nobody.models.list());
    check(refused instanceof sdk.ConnectionError, `got ${wordsOf(refused)}`);
  },

  async stream({ sdk, mistral }) {
    let text = '';
    let pieces = 0;
    const stream = mistral.chat.stream({ model, messages });
    for await (const chunk of stream) {
      text += sdk.textOf(chunk);
      pieces += 1;
    }
    check(pieces > 2, `came in ${pieces} pieces`);
    equal(sdk.textOf(await stream.finalMessage()), text);

    const handed = mistral.chat.stream({ model, messages }).toReadableStream();
    equal(await sdk.CompletionStream.fromReadableStream(handed).text(), text);
  },

  async break({ mistral, origin }) {
    let pieces = 0;
    for await (const _ of mistral.chat.stream({ model: 'endless-break', messages })) {
      pieces += 1;
      if (pieces === 3) break;
    }
    await cancelled(origin, 'endless-break');
  },

  async abort({ sdk, mistral, origin }) {
    const reason = new Error('enough');
    const controller = new AbortController();
    const stream = mistral.chat.stream({ model: 'endless-abort', messages }, { signal: controller.signal });
    const streamed = await failureOf(
      (async () => {
        for await (const _ of stream) controller.abort(reason);
      })(),
    );
    check(streamed instanceof sdk.AbortError, `got ${wordsOf(streamed)}`);
    equal(streamed.cause, reason);
    await cancelled(origin, 'endless-abort');

    const waiting = new AbortController();
    const call = mistral.chat.complete({ model: 'slow', messages }, { signal: waiting.signal });
    setTimeout(() => waiting.abort(reason), 50);
    const called = await failureOf(call);
    check(called instanceof sdk.AbortError, `got ${wordsOf(called)}`);
    equal(called.cause, reason);
  },

  async page({ mistral, origin }) {
    const ids = [];
    for await (const job of mistral.batch.jobs.list({ page_size: 2 })) ids.push(job.id);
    equal(ids.length, 5);
    equal(new Set(ids).size, 5);
    equal((await seen(origin)).filter(({ operation }) => operation === 'batch.jobs.list').length, 3);
  },

  async upload({ mistral }) {
    const bytes = new Uint8Array(largeBytes).map((_, index) => (index * 31) % 251);
    const progress = [];
    const file = await mistral.files.upload(
      { file: { name: 'numbers é.bin', content: bytes, type: 'application/x-numbers' }, purpose: 'ocr' },
      { onProgress: ({ sentBytes }) => progress.push(sentBytes) },
    );
    equal(file.filename, 'numbers é.bin');
    equal(file.bytes, largeBytes);
    equal(file.mimetype, 'application/x-numbers');
    check(progress.length > 0, 'no progress was reported');

    const copy = await mistral.files.download({ file_id: file.id });
    const received = new Uint8Array(await copy.arrayBuffer());
    equal(received.length, largeBytes);
    check(
      received.every((byte, index) => byte === bytes[index]),
      'the file came back with other bytes',
    );

    const plain = await mistral.files.upload({ file: new File([bytes], 'large.bin'), purpose: 'ocr' });
    equal(plain.bytes, largeBytes);
    const streamed = await mistral.files.upload({
      file: { name: 'small.bin', content: new Blob(['in ', 'pieces']).stream() },
      purpose: 'ocr',
    });
    equal(streamed.bytes, 9);
  },

  async retry({ mistral, origin }) {
    const { data = [] } = await mistral.models.list();
    check(data.length > 0, 'there are no models');
    equal((await seen(origin)).filter(({ operation }) => operation === 'models.list').length, 3);
  },
};

function check(holds, words) {
  if (!holds) throw new Error(words);
}

function equal(actual, expected) {
  check(actual === expected, `got ${String(actual)} instead of ${String(expected)}`);
}

const failureOf = (promise) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

/** What the server has received so far. */
const seen = async (origin) => (await fetch(`${origin}/seen`)).json();

/** Whether the server noticed that nobody listens; it takes a moment. */
async function cancelled(origin, name) {
  for (let look = 0; look < 100; look += 1) {
    if ((await seen(origin)).some((request) => request.model === name && request.cancelled)) return;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error('the server was left sending');
}

function wordsOf(error) {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return `${error.name}: ${error.message}${cause === undefined ? '' : ` (${wordsOf(cause)})`}`;
}
