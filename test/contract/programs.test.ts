import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { createMockMistral, failWith, inTurn, stall, toolCall } from 'mistral-sdk/testing';
import { serveMock } from 'mistral-sdk/testing/node';
import { describe, expect, onTestFinished, test } from 'vitest';

// The examples of documents, examples.test.ts runs; the demo, the README's own command; and the server in the folder
// browser/, which has no end, browser.test.ts.
const programs = readdirSync('examples')
  .filter((entry) => entry.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'demo');

function start(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const { MISTRAL_API_KEY: _, ...env } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', 'scripts/run-example.ts', ...args], {
    env: { ...env, NODE_OPTIONS: '--unhandled-rejections=strict', ...settings },
  });
}

async function run(...args: string[]): Promise<{ stdout: string; stderr: string; status: number }> {
  const child = start(args);
  // Nobody types.
  child.stdin.end();
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { stdout, stderr, status };
}

/** Waits until a program has written this, after what was waited for before, and returns all of it. */
function said(child: ChildProcess, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const listen = (chunk: Buffer) => {
      output += String(chunk);
      if (!output.includes(words)) return;
      child.stdout?.off('data', listen);
      resolve(output);
    };
    child.stdout?.on('data', listen);
    child.once('exit', () => reject(new Error(`It ended before it said ${words}: ${output}`)));
  });
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

  test('express passes a stream through, chunk by chunk', async () => {
    const { stdout } = await run('express');

    expect(stdout).toContain('Cheese is milk that learned to wait.');
    expect(Number(/200, in (\d+) chunks/.exec(stdout)?.[1])).toBeGreaterThan(2);
  });

  test('terminal-chat calls its tool, stops a reply at Ctrl-C, and goes on with what was said', async () => {
    const mock = createMockMistral(
      {
        'chat.stream': inTurn(
          [toolCall('weather', { city: 'Lyon' })],
          ['In Lyon', ...Array(50).fill(' it is')],
          ['Warm.'],
        ),
      },
      { eventDelayMs: 20 },
    );
    const server = await serveMock(mock);
    onTestFinished(server.close);
    const chat = start(['terminal-chat'], { MISTRAL_API_KEY: 'test-key', MISTRAL_BASE_URL: server.url });

    await said(chat, '> ');
    chat.stdin.write('Is it warm in Lyon?\n');
    await said(chat, '(weather {"city":"Lyon"})\nIn Lyon');
    chat.kill('SIGINT');
    await said(chat, 'stopped.\n\n> ');
    chat.stdin.write('And in Nice?\n');
    await said(chat, 'Warm.\n> ');
    // Between two replies, it is the end.
    chat.kill('SIGINT');
    const [status] = (await once(chat, 'exit')) as [number];

    expect(status).toBe(0);
    const [, stopped, last] = mock.callsTo('chat.stream');
    expect(stopped?.cancelled).toBe(true);
    expect(last?.params.messages).toMatchObject([
      { role: 'system' },
      { role: 'user', content: 'Is it warm in Lyon?' },
      { role: 'assistant', tool_calls: [{ function: { name: 'weather' } }] },
      { role: 'tool', content: '{"city":"Lyon","celsius":21,"sky":"clear"}' },
      { role: 'assistant', content: expect.stringMatching(/^In Lyon( it is)*$/) },
      { role: 'user', content: 'And in Nice?' },
    ]);
  });

  test('ask-pdf cites the page on which the answer is found', async () => {
    const { stdout } = await run('ask-pdf', 'Where does Roquefort ripen?');

    expect(stdout).toContain('page 3: Roquefort ripens in caves');
  });

  test('resumed-batch is killed at its first result, and has each once when it was run again', async () => {
    const { stdout } = await run('resumed-batch');

    const results = stdout.split('\n').filter((line) => line.includes(': '));
    expect(stdout).toContain('Killed.');
    expect(new Set(results).size).toBe(9);
    expect(results).toHaveLength(9);
    expect(stdout).toContain('3 jobs were created');
  });

  test('approved-tomorrow is killed while somebody decides, and pays once when they have allowed it', async () => {
    const { stdout } = await run('approved-tomorrow');

    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'To decide: pay_back({"order":"17"})',
      'Your 40 € are on their way.',
      'looked up 17',
      'paid 17 back',
      '2 requests were sent',
    ]);
  });

  test.each([
    { name: 'express', path: '/chat', body: { question: 'Bonjour' } },
    { name: 'hono', path: '/api/chat', body: { messages: [{ role: 'user', content: 'Bonjour' }] } },
  ])(
    '$name wants its token, limits a request, ends that to the API when the page disconnects, and passes on what the API refuses',
    async ({ name, path, body }) => {
      const mock = createMockMistral({ 'chat.stream': stall({ after: { parts: 1 } }) });
      const api = await serveMock(mock);
      const program = start([name], {
        MISTRAL_API_KEY: 'test-key',
        MISTRAL_BASE_URL: api.url,
        PROXY_TOKEN: 'test-token',
      });
      onTestFinished(async () => {
        program.kill();
        await api.close();
      });
      const [url] = /http:\S+/.exec(await said(program, '\n'))!;
      const ask = (signal: AbortSignal | null, token = 'test-token', sent: object = body) =>
        fetch(`${url}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(sent),
          signal,
        });

      const page = new AbortController();
      for await (const _ of (await ask(page.signal)).body!) break;
      page.abort();
      // The other request is the one that the program makes of itself.
      await expect
        .poll(() => mock.requests.map(({ cancelled }) => cancelled).toSorted())
        .toEqual([false, true]);

      mock.on('chat.stream', failWith(404, { body: { message: 'No such model' } }));
      const refused = await ask(null);
      const stranger = await ask(null, 'another');
      const large = await ask(null, 'test-token', { ...body, more: 'x'.repeat(65_536) });
      const empty = await ask(null, 'test-token', {});

      expect([stranger.status, large.status, empty.status]).toEqual([401, 413, 400]);
      expect(mock.callsTo('chat.stream').map(({ params }) => params.max_tokens)).toEqual(
        Array(3).fill(1_024),
      );
      expect(refused.status).toBe(404);
      expect(await refused.json()).toEqual({ message: 'No such model' });
    },
  );

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
