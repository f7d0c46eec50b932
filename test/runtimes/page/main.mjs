// A page of another origin than the API. Its address has the name for the report, and the origin of the server.
import { runScenario } from '../scenario.mjs';

const { name, origin } = Object.fromEntries(new URLSearchParams(location.search));
const options = { dangerouslyAllowBrowser: true };
await runScenario({ load, origin, name, options });

async function load() {
  const sdk = await import('mistral-sdk');
  const refusal = refusalOf(() => new sdk.Mistral({ apiKey: 'test-key-0123456789', baseURL: origin }));
  if (refusal instanceof sdk.ArgumentError && refusal.message.includes('dangerouslyAllowBrowser')) return sdk;
  throw new Error('a page was given a client with a key, without having allowed it');
}

function refusalOf(create) {
  try {
    return create();
  } catch (error) {
    return error;
  }
}
