import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a program printed, and its exit status. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** Run the Redocly command line of `node_modules`, without telemetry and without asking for newer versions. */
export function redocly(args: readonly string[]): Promise<Printed> {
  const manifest = new URL(import.meta.resolve('@redocly/cli/package.json'));
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { redocly: string } };
  const env = {
    ...process.env,
    NO_COLOR: '1',
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  };
  const options = { maxBuffer: 256 * 1024 * 1024, env };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [fileURLToPath(new URL(bin.redocly, manifest)), ...args],
      options,
      (error, stdout, stderr) => {
        // A program that ends with another status than 0 has printed why; one that did not run has no status.
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ stdout, stderr, status: Number(error?.code ?? 0) });
      },
    );
  });
}
