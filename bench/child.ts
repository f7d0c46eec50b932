/** Runs one contender, again and again as the parent asks, in a process whose CPU time is nobody else's. */
import { works, type Contender, type WorkName } from './works.js';

/** Asks for one run. */
export interface Task {
  readonly work: WorkName;
  readonly url: string;
}

/** What one run has come to. */
export interface Outcome {
  /** What the contender gave. */
  readonly given: number;
  readonly cpuMicroseconds: number;
}

const { contender } = (await import(process.argv[2]!)) as { contender: Contender };

process.on('message', ({ work, url }: Task) => void run(work, url));
process.on('disconnect', () => process.exit());
process.send!('ready');

async function run(work: WorkName, url: string): Promise<void> {
  const before = process.cpuUsage();
  const given = await contender[work]!(url, works[work].count);
  const { user, system } = process.cpuUsage(before);
  process.send!({ given, cpuMicroseconds: user + system } satisfies Outcome);
}
