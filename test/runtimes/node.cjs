// CommonJS, as in the main process of Electron. Arguments: the name for the report, and the origin of the server.
const { runScenario } = require('./scenario.cjs');

const [name, origin] = process.argv.slice(2);
void runScenario({ load: () => require('mistral-sdk'), origin, name });
