import { execFile } from 'node:child_process';

/** What a program printed, and its exit status. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** Run a script in a Node of its own, beside what this one does. */
export const runNode = (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Printed> =>
  new Promise((resolve, reject) => {
    const options = { maxBuffer: 256 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1', ...environment } };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      // A script that ends with another status than 0 has printed why; one that did not run has no status.
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ stdout, stderr, status: Number(error?.code ?? 0) });
    });
  });
