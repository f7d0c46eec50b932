// Deno, which imports the files without npm. Arguments: the name for the report, and the origin of the server.
import { runScenario } from './scenario.mjs';

const [name, origin] = globalThis.Deno.args;
const load = () => import('../node_modules/mistral-sdk/dist/esm/index.js');
await runScenario({ load, origin, name });
