// Cloudflare's workerd. A worker keeps one client for many requests: each has the scenario run with it.
import * as sdk from 'mistral-sdk';

import { runScenario } from './scenario.mjs';

let mistral;

export default {
  async fetch(request, { NAME: name, ORIGIN: origin }) {
    mistral ??= new sdk.Mistral({ apiKey: 'test-key-0123456789', baseURL: origin });
    if (new URL(request.url).pathname === '/first') return Response.json(await mistral.files.list());
    return Response.json(await runScenario({ load: () => sdk, origin, name, mistral }));
  },
};
