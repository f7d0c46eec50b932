/** What runs in the worker thread: see `run-in-worker.ts`. Plain JavaScript, since a worker has no loader for TypeScript. */
import { writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

const tasks = {
  async loadLinter() {
    await import('@redocly/openapi-core');
  },

  /** @param {{ document: object, ruleset: string }} input */
  async lint({ document, ruleset }) {
    const { BaseResolver, createConfig, lintDocument, Source } = await import('@redocly/openapi-core');
    const config = await createConfig({ extends: [ruleset] });
    const problems = await lintDocument({
      document: { source: new Source('openapi.yaml', ''), parsed: document },
      config,
      externalRefResolver: new BaseResolver(config.resolve),
    });
    const found = problems.map(({ ruleId, severity, message, location }) => ({
      rule: ruleId,
      pointer: location[0]?.pointer ?? '#/',
      message: message.replace(/\s+/g, ' ').trim(),
      severity,
    }));
    // Redocly tells some twice, and leaves it to its command line to say them once.
    return [...new Map(found.map((problem) => [JSON.stringify(problem), problem])).values()];
  },

  /** @param {{ file: string, header: string, document: object }} input */
  async writeYaml({ file, header, document }) {
    const { stringify } = await import('yaml');
    const options = { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' };
    writeFileSync(file, header + stringify(document, options));
  },

  /** @param {{ text: string, options: import('prettier').Options }} input */
  async format({ text, options }) {
    const { format } = await import('prettier');
    return format(text, options);
  },
};

/** One after another: several at once take turns, are no sooner done, and hold the memory of all. */
let before = Promise.resolve();

parentPort.on('message', ({ id, task, input }) => {
  before = before
    .then(() => tasks[task](input))
    .then(
      (result) => ({ id, result }),
      (error) => ({ id, error }),
    )
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    .then((response) => parentPort.postMessage(response));
});
