export interface Stage {
  readonly name: string;
  readonly durationMs: number;
  /** What the stage found or made: `75 operations`. */
  readonly figure: string;
}

/** Runs one stage, and reports it when it is done. */
export type RunStage = <Result>(
  name: string,
  run: () => Result | Promise<Result>,
  figure: (result: Result) => string,
) => Promise<Result>;

export const stages =
  (report: (stage: Stage) => void): RunStage =>
  async (name, run, figure) => {
    const start = performance.now();
    const result = await run();
    report({ name, durationMs: performance.now() - start, figure: figure(result) });
    return result;
  };

/** One line a stage, as the commands print it. */
export function printStage({ name, durationMs, figure }: Stage): void {
  console.log(`${name.padEnd(12)} ${(durationMs / 1000).toFixed(1).padStart(5)} s   ${figure}`);
}
