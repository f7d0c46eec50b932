export interface Stage {
  readonly name: string;
  readonly durationMs: number;
  /** What the stage found or made: `75 operations`. */
  readonly figure: string;
}

/** Runs one stage, and reports it when it is done, with the time since the stage before: what was begun early costs less. */
export type RunStage = <Result>(
  name: string,
  run: () => Result | Promise<Result>,
  figure: (result: Result) => string,
) => Promise<Result>;

export function stages(report: (stage: Stage) => void): RunStage {
  let before = performance.now();
  return async (name, run, figure) => {
    const result = await run();
    const now = performance.now();
    report({ name, durationMs: now - before, figure: figure(result) });
    before = now;
    return result;
  };
}

/** One line a stage, as the commands print it. */
export function printStage({ name, durationMs, figure }: Stage): void {
  console.log(`${name.padEnd(12)} ${(durationMs / 1000).toFixed(1).padStart(5)} s   ${figure}`);
}
