import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { parse } from 'yaml';

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = '.github/workflows';

/** By the name of the file. */
export const workflows: Readonly<Record<string, Workflow>> = Object.fromEntries(
  readdirSync(folder).map((name) => [name, parse(readFileSync(join(folder, name), 'utf8')) as Workflow]),
);

/** Every job with the name of its file, as `['drift.yml', 'compare', job]`. */
export const jobs: readonly (readonly [file: string, name: string, job: Job])[] = Object.entries(
  workflows,
).flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => [file, name, job] as const),
);

/** A machine that runs steps as GitHub's do, in a folder of its own. */
export interface Runner {
  /** Where the steps start: what was checked out. */
  readonly tree: string;
  /** `RUNNER_TEMP`: kept between the steps. */
  readonly temporary: string;
  /** Has the tool run this script of bash instead of itself. */
  stub(tool: string, script: string): void;
  run(step: Step, env?: Readonly<Record<string, string>>): StepResult;
}

export interface StepResult {
  readonly status: number | null;
  /** Standard output and error. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What the stubs were called with, as `gh pr list …`. */
  readonly calls: readonly string[];
}

/** Its home begins as a copy of the folder, whose `tree/` is what was checked out. */
export function createRunner(template: string): Runner {
  const home = mkdtempSync(join(tmpdir(), 'mistral-sdk-runner-'));
  cpSync(template, home, { recursive: true });
  const [tree, temporary, bin] = ['tree', 'temporary', 'bin'].map((name) => join(home, name)) as [
    string,
    string,
    string,
  ];
  for (const name of [temporary, bin]) mkdirSync(name);

  return {
    tree,
    temporary,
    stub(tool, script) {
      const file = join(bin, tool);
      writeFileSync(file, `#!/usr/bin/env bash\nprintf '%s\\n' "${tool} $*" >> "$CALLS"\n${script}\n`);
      chmodSync(file, 0o755);
    },
    run(step, env = {}) {
      const file = (name: string): string => join(home, name);
      for (const name of ['outputs', 'summary', 'calls']) writeFileSync(file(name), '');
      writeFileSync(file('step.sh'), step.run ?? '');
      const read = (name: string): string => readFileSync(file(name), 'utf8');
      // Unless a step names a shell, GitHub runs it as `bash -e`.
      const { status, stdout, stderr } = spawnSync('bash', ['-e', file('step.sh')], {
        cwd: tree,
        encoding: 'utf8',
        env: {
          PATH: [bin, process.env['PATH']].join(delimiter),
          HOME: home,
          RUNNER_TEMP: temporary,
          GITHUB_OUTPUT: file('outputs'),
          GITHUB_STEP_SUMMARY: file('summary'),
          GITHUB_REPOSITORY: 'octocat/mistral-sdk',
          GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
          CALLS: file('calls'),
          ...env,
        },
      });
      return {
        status,
        log: stdout + stderr,
        outputs: Object.fromEntries(
          lines(read('outputs')).map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
        ),
        summary: read('summary'),
        calls: lines(read('calls')),
      };
    },
  };
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
