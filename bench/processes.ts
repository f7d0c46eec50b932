import { spawnSync } from 'node:child_process';

/** A program of Node in a process of its own. */
export interface Program {
  readonly name: string;
  /** What follows `node`. It has to write `process.cpuUsage()` as JSON to file descriptor 3 as it ends. */
  readonly args: readonly string[];
  readonly cwd: string;
}

/**
 * Runs the programs in turns, and prints the CPU time of each, from its start to its end, with that of the first.
 *
 * @returns the ratios to the first: the median of those of each round, since a slow minute slows all who share it.
 */
export function compareProcesses(programs: readonly Program[], rounds: number): number[] {
  const times = programs.map((): number[] => []);
  for (let round = -2; round < rounds; round += 1)
    for (const [index, program] of programs.entries()) {
      const milliseconds = cpuOf(program);
      if (round >= 0) times[index]!.push(milliseconds);
    }
  const ratios = times.map((mine) => median(mine.map((time, round) => time / times[0]![round]!)));
  const rows = programs.map(({ name }, index) => [
    name,
    { 'CPU ms': median(times[index]!).toFixed(1), 'ratio to the first': ratios[index]!.toFixed(2) },
  ]);
  console.table(Object.fromEntries(rows));
  return ratios;
}

function cpuOf({ name, args, cwd }: Program): number {
  const { status, output } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`${name} has failed:\n${output[1]}${output[2]}`);
  const { user, system } = JSON.parse(output[3]!) as NodeJS.CpuUsage;
  return (user + system) / 1000;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
