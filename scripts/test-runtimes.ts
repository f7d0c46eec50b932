/**
 * Runs one scenario, against the mock API over HTTP, with the packed package in each runtime that people use, and prints a
 * table. What a runtime needs is installed from npm into .cache/runtimes/ the first time.
 *
 * Run: npm run test:runtimes [-- NAME…]
 */
import { installPackage, Unavailable } from './runtimes/install.js';
import { runScenario, type Outcome } from './runtimes/run-scenario.js';
import { runtimes, type Runtime } from './runtimes/runtimes.js';

type Result = Outcome | Unavailable | Error;

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !runtimes.some((runtime) => runtime.name === name));
  if (unknown !== undefined) {
    console.error(
      `There is no runtime ${unknown}; name some of ${runtimes.map(({ name }) => name).join(', ')}`,
    );
    process.exitCode = 1;
    return;
  }
  await installPackage();
  const chosen = runtimes.filter(({ name }) => names.length === 0 || names.includes(name));
  const results: Result[] = [];
  printLine('name', 'runtime', 'version', 'steps', 'time');
  for (const runtime of chosen) {
    const result = await runScenario(runtime, true).catch((error: unknown) => error as Error);
    print(runtime, result);
    results.push(result);
  }
  const [passed, failed, missing] = [hasPassed, hasFailed, isMissing].map((is) => results.filter(is).length);
  console.log(`\n${passed} passed, ${failed} failed, ${missing} not available`);
  if (failed! > 0) process.exitCode = 1;
}

const isMissing = (result: Result): boolean => result instanceof Unavailable;
const hasPassed = (result: Result): boolean => !(result instanceof Error) && failuresOf(result).length === 0;
const hasFailed = (result: Result): boolean => !isMissing(result) && !hasPassed(result);

const failuresOf = ({ results }: Outcome): string[] =>
  results.flatMap(({ step, error }) => (error === undefined ? [] : [`${step}: ${error}`]));

function print({ name, title }: Runtime, result: Result): void {
  if (result instanceof Unavailable) return printLine(name, title, `not available: ${result.message}`);
  if (result instanceof Error) return printLine(name, title, `failed: ${result.message}`);
  const { results, version, elapsedMs } = result;
  const failures = failuresOf(result);
  const steps = `${results.length - failures.length} of ${results.length}`;
  printLine(name, title, version, steps, `${(elapsedMs / 1_000).toFixed(1)} s`);
  for (const failure of failures) console.log(`    ${failure}`);
}

function printLine(...cells: string[]): void {
  console.log(
    cells
      .map((cell, column) => cell.padEnd([15, 40, 16, 8][column] ?? 0))
      .join(' ')
      .trimEnd(),
  );
}

await main(process.argv.slice(2));
