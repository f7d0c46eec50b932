/** Begin something whose failure is looked at later, or never. */
export function begin<Result>(run: () => Promise<Result>): Promise<Result> {
  const running = run();
  running.catch(() => undefined);
  return running;
}
