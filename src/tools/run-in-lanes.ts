/**
 * Run tasks, so many at a time, and yield their results as they come. A task takes the place of one whose result was
 * taken: whoever leaves at a result has started no other. One must not reject.
 */
export async function* runInLanes<T>(
  tasks: readonly (() => Promise<T>)[],
  lanes: number,
): AsyncGenerator<T, void, void> {
  const waiting = tasks.values();
  const done: T[] = [];
  let wake = () => {};
  const startNext = async () => {
    const { value: task } = waiting.next();
    if (!task) return;
    done.push(await task());
    wake();
  };
  for (let lane = 0; lane < Math.min(lanes, tasks.length); lane += 1) void startNext();
  for (let count = 0; count < tasks.length; count += 1) {
    if (done.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    yield done.shift()!;
    void startNext();
  }
}
