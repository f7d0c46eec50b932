// A route handler of Next.js, whose `fetch` is not the runtime's own.
import * as sdk from 'mistral-sdk';

import { runScenario } from '../../../scenario.mjs';

export async function GET(request) {
  const { name, origin } = Object.fromEntries(request.nextUrl.searchParams);
  return Response.json(await runScenario({ load: () => sdk, origin, name }));
}
