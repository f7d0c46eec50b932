/**
 * Run tasks, so many at a time, and yield their results as they come. The tasks go on while nobody asks for results;
 * one must not reject.
 */
export async function* runInLanes<T>(
  tasks: readonly (() => Promise<T>)[],
  lanes: number,
): AsyncGenerator<T, void, void> {
  const waiting = [...tasks];
  const done: T[] = [];
  let wake = () => {};
  const runLane = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      done.push(await task());
      wake();
    }
  };
  for (let lane = 0; lane < Math.min(lanes, tasks.length); lane += 1) void runLane();
  for (let count = 0; count < tasks.length; count += 1) {
    if (done.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    yield done.shift()!;
  }
}
