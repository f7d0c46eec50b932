// A session as a user would write it, for every runtime. Arguments: the module, and the origin of the server.
const [moduleName, origin] = (globalThis.Deno?.args ?? process.argv.slice(2)).slice(-2);
const { Mistral } = await import('mistral-sdk');
const { transcribeLive, transcribeStream } = await import(moduleName);

const mistral = new Mistral({ apiKey: 'test-key-0123456789', baseURL: origin });
async function* audio() {
  for (let piece = 0; piece < 3; piece += 1) yield new Uint8Array(3_200).fill(piece);
}
const live = transcribeStream(mistral, audio(), { model: 'voxtral-realtime' });
let text = '';
for await (const piece of live.text()) text += piece;

const page = transcribeLive({ clientToken: 'rt_token', baseURL: origin }, { model: 'voxtral-realtime' });
await page.end();
await page.result();

const refused = transcribeLive(mistral.withOptions({ apiKey: 'refused-key-0123456789' }), {
  model: 'm',
  maxRetries: 0,
});
const error = await refused.result().catch((failure) => failure);

const aborted = transcribeLive(mistral, { model: 'voxtral-realtime' });
await aborted.opened();
aborted.abort(new Error('enough'));
const abort = await aborted.result().catch((failure) => failure);

console.log(
  JSON.stringify({ text, result: (await live.result()).text, refusal: error.name, abort: abort.name }),
);
