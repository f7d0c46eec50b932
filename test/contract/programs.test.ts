import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

// The examples of documents, examples.test.ts runs; the demo, the README's own command; and the server in the folder
// browser/, which has no end, browser.test.ts.
const programs = readdirSync('examples')
  .filter((entry) => entry.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'demo');

async function run(...args: string[]): Promise<{ stdout: string; stderr: string; status: number }> {
  const { MISTRAL_API_KEY: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/run-example.ts', ...args], {
    env: { ...env, NODE_OPTIONS: '--unhandled-rejections=strict' },
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { stdout, stderr, status };
}

describe('an example program', () => {
  test('there are some', () => {
    expect(programs).toContain('upload');
  });

  test.each(programs)(
    '%s runs to its end on the mock API, in plain lines where there is no terminal',
    async (name) => {
      const { stdout, stderr, status } = await run(name);

      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      expect(stdout.split('\n').length).toBeGreaterThan(2);
      expect(stdout).not.toContain('undefined');
      expect(stdout).not.toContain('\u001B');
    },
  );

  test('is listed with what it does if none is named', async () => {
    const { stdout, status } = await run();

    expect(status).toBe(0);
    for (const name of [...programs, 'demo'])
      expect(stdout).toMatch(new RegExp(`^  ${name} +[A-Z].*[.;]`, 'm'));
  });

  test('express passes a stream through, piece by piece', async () => {
    const { stdout } = await run('express');

    expect(stdout).toContain('Cheese is milk that learned to wait.');
    expect(Number(/200, in (\d+) pieces/.exec(stdout)?.[1])).toBeGreaterThan(2);
  });

  test('embeddings finds the sentence that answers', async () => {
    const { stdout } = await run('embeddings', 'Which train goes to Nice?');

    expect(stdout.split('\n')[1]).toContain('The night train from Paris to Nice');
  });

  test('that is none is refused, with the names of those that are', async () => {
    const { stderr, status } = await run('nothing');

    expect(status).toBe(1);
    expect(stderr).toContain('upload');
  });
});
