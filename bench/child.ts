/** Runs one contender, again and again as the parent asks, in a process whose CPU time is nobody else's. */
import { contenders } from './contenders.js';
import { textOfChat } from './chat.js';

/** Asks for one run. */
export interface Task {
  readonly url: string;
  readonly eventCount: number;
}

const run = contenders[process.argv[2] as keyof typeof contenders];

process.on('message', ({ url, eventCount }: Task) => {
  void measure(url, eventCount).then((microseconds) => process.send!(microseconds));
});
process.on('disconnect', () => process.exit());

async function measure(url: string, eventCount: number): Promise<number> {
  const expected = textOfChat(eventCount);
  const before = process.cpuUsage();
  const text = await run(url);
  const { user, system } = process.cpuUsage(before);
  if (text !== expected) throw new Error(`${process.argv[2]} did not read the whole answer`);
  return user + system;
}
