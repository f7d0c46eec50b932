// Node, and Bun. Arguments: the name for the report, and the origin of the server.
import { runScenario } from './scenario.mjs';

const [name, origin] = process.argv.slice(2);
await runScenario({ load: () => import('mistral-sdk'), origin, name });
