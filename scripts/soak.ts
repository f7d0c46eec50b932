/**
 * Runs agents on the mock API under faults, and says what became of them: 10,000 runs, or as many as are asked for.
 *
 * Run: npm run soak [-- RUNS [SEED]]
 */
import { soakAgents } from '../test/soak/agent-soak.js';

const [runs = '10000', seed = '1'] = process.argv.slice(2);
let rejections = 0;
process.on('unhandledRejection', () => void (rejections += 1));

const { heapBytes, repeated, refused, unexplained, ...figures } = await soakAgents(
  Number(runs),
  Number(seed),
);
const [before, after] = heapBytes.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`);
console.log(JSON.stringify(figures, undefined, 2));
console.log(`Live memory: ${before} after a fifth of the runs, ${after} after all`);
console.log(
  `${repeated.length} calls ran twice, ${refused.length} histories were refused, ${unexplained.length} errors are unexplained, ${rejections} rejections were left alone`,
);
for (const line of [...repeated, ...refused, ...unexplained].slice(0, 20)) console.log(line);
if (repeated.length + refused.length + unexplained.length + rejections > 0) process.exitCode = 1;
