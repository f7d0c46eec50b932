// Jest without any setting, which is CommonJS.
const { runScenario } = require('./scenario.cjs');

test('the scenario', async () => {
  const { NAME: name, ORIGIN: origin } = process.env;
  const { results } = await runScenario({ load: () => require('mistral-sdk'), origin, name });

  expect(results.filter(({ error }) => error)).toEqual([]);
}, 60_000);
