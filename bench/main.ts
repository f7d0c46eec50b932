/**
 * Compares what this package costs with what bare `fetch` costs for the same work, and what other SDKs cost.
 *
 * Run: npm run bench                        all works, against bare `fetch`
 *      npm run bench -- chat ocr            some of them (bench/works.ts)
 *      npm run bench -- --peers             with other SDKs, too, which are installed into bench/peers first
 *      npm run bench -- --peers --save      and write docs/performance.md and its chart
 *      npm run bench -- memory              what is left in memory after streams and calls
 *      npm run bench -- upload [--peers]    memory of sending a file of 256 MB
 *      npm run bench -- import              what importing the package costs
 *      npm run bench -- types               what its types cost a compiler
 *      npm run bench -- codegen             what the pipeline costs
 *      npm run bench -- scale [--spec FILE]… [--save]  what the package weighs, with the operations of other descriptions, too
 */
import { parseArgs } from 'node:util';

import { compare, type Result } from './compare.js';
import { contendersOf } from './contender-modules.js';
import { print, save } from './report.js';
import { works, type WorkName } from './works.js';

/** Each with what it needs alone. */
const others: Readonly<
  Record<string, (withPeers: boolean, specs: readonly string[], saves: boolean) => Promise<void>>
> = {
  memory: async () => (await import('./memory.js')).benchMemory(),
  upload: async (withPeers) => (await import('./upload.js')).benchUpload(withPeers),
  import: async () => (await import('./import.js')).benchImport(),
  types: async () => (await import('./types.js')).benchTypes(),
  codegen: async () => (await import('./codegen.js')).benchCodegen(),
  scale: async (_, specs, saves) => (await import('./scale.js')).benchScale(specs, saves),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    spec: { type: 'string', multiple: true, default: [] },
  },
});

const unknown = positionals.filter((name) => !(name in works) && !(name in others));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}; there are ${[...Object.keys(works), ...Object.keys(others)].join(', ')}`,
  );
  process.exitCode = 1;
} else if (positionals.some((name) => name in others)) {
  for (const name of positionals) await others[name]?.(values.peers, values.spec, values.save);
} else {
  const names = positionals.length > 0 ? positionals : Object.keys(works);
  const results: Result[] = [];
  await compare(contendersOf(values.peers), names as WorkName[], (result) => {
    results.push(result);
    print(result);
  });
  if (values.save) await save(results);
}
