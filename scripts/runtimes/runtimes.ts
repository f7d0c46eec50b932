import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

import { freePort, type App } from './app.js';
import { findChromium } from './chromium.js';
import {
  bundleWorker,
  packagesOf,
  tryAgent,
  tryCloudflare,
  tryNest,
  tryNext,
  tryProgram,
  tryServer,
  tryTests,
  tryUseChat,
  useExpress,
  useHono,
} from './projects.js';

/** Something that runs JavaScript, and how it comes to run the scenario. */
export interface Runtime {
  /** What it is called on a command line. */
  readonly name: string;
  /** What it is called in a table. */
  readonly title: string;
  /** What is installed for it, as `name@version`. */
  readonly packages: readonly string[];
  /** Whether the suite tries it each time. */
  readonly isLight?: true;
  /** How a program of its folder is run, where it runs programs. */
  command?(folder: string): readonly string[];
  version(folder: string): string;
  /** Get the scenario running; its report goes to the server. */
  start(app: App): Promise<void> | void;
}

const { platform, arch } = process;
const nodePlatform = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
const bunPlatform = `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : `${arch}-baseline`}`;
const denoPlatform = `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`;
const workerdPlatform = `@cloudflare/workerd-${platform}-${arch === 'x64' ? '64' : arch}`;
const workerdPackage = `${workerdPlatform}@1.20261117.1`;
const workerdBinary = join('node_modules', workerdPlatform, 'bin/workerd');

const bun = {
  packages: [`${bunPlatform}@1.4.5`],
  command: (folder: string) => [join(folder, 'node_modules', bunPlatform, 'bin/bun')],
};
const deno = {
  packages: [`${denoPlatform}@2.9.6`],
  command: (folder: string) => [
    join(folder, 'node_modules', denoPlatform, 'deno'),
    'run',
    '--no-prompt',
    '--allow-all',
  ],
};

export const runtimes: readonly Runtime[] = [
  program({
    name: 'node',
    title: 'Node, ES modules',
    packages: [],
    isLight: true,
    command: () => [process.execPath],
  }),
  {
    ...program({
      name: 'node-commonjs',
      title: 'Node, `require`, as in Electron',
      packages: [],
      isLight: true,
      command: () => [process.execPath],
    }),
    async start(app) {
      await writeCommonJs(app);
      app.start([process.execPath, 'node.cjs', app.name, app.origin]);
    },
  },
  node('22.23.3'),
  node('24.21.0'),
  node('26.10.0'),
  program({ name: 'bun', title: 'Bun', isLight: true, ...bun }),
  program({ name: 'deno', title: 'Deno, from node_modules', ...deno }),
  {
    ...program({ name: 'deno-file', title: 'Deno, by file', ...deno }),
    start({ start, folder, name, origin }) {
      const permissions = ['--no-prompt', '--no-npm', '--allow-net=127.0.0.1'];
      start([deno.command(folder)[0]!, 'run', ...permissions, 'deno.mjs', name, origin]);
    },
  },
  workerd('workerd', 'Cloudflare workerd', 'today'),
  workerd('workerd-2024', 'Cloudflare workerd, as of 2024', 'in2024'),
  {
    name: 'chromium',
    title: 'Chromium, a page built with Vite',
    packages: ['vite@8.3.8'],
    version: () => askedVersion(findChromium()),
    async start({ folder, name, origin, run, serve, start }) {
      await run([process.execPath, 'node_modules/vite/bin/vite.js', 'build', 'page']);
      const page = await serve(({ url = '/' }, response) => {
        const { pathname } = new URL(url, 'http://page');
        const type = pathname.endsWith('.js') ? 'text/javascript' : 'text/html';
        const file = createReadStream(join(folder, 'page/dist', pathname === '/' ? 'index.html' : pathname));
        file.once('open', () => response.writeHead(200, { 'content-type': type }));
        file.once('error', () => response.writeHead(404).end());
        file.pipe(response);
      });
      const profile = `--user-data-dir=${join(folder, 'profile')}`;
      const search = new URLSearchParams({ name, origin });
      start([findChromium(), '--headless=new', '--no-sandbox', profile, `${page}/?${search}`]);
    },
  },
  {
    name: 'jest',
    title: 'Jest, CommonJS',
    packages: ['jest@30.5.2'],
    version: packageVersion('jest'),
    async start(app) {
      await writeCommonJs(app);
      const jest = join(app.folder, 'node_modules/jest/bin/jest.js');
      const options = ['--rootDir', app.folder, '--testMatch', '**/jest.test.cjs'];
      app.start([process.execPath, jest, ...options], { NAME: app.name, ORIGIN: app.origin });
    },
  },
  {
    name: 'next',
    title: 'Next.js, a route handler',
    packages: ['next@16.4.6', 'react@19.2.0', 'react-dom@19.2.0'],
    version: packageVersion('next'),
    async start({ name, origin, run, start, ask }) {
      const next = [process.execPath, 'node_modules/next/dist/bin/next'];
      await run([...next, 'build', 'next']);
      const port = await freePort();
      start([...next, 'start', 'next', '--hostname', '127.0.0.1', '--port', `${port}`]);
      await ask(`http://127.0.0.1:${port}/scenario?${new URLSearchParams({ name, origin })}`);
    },
  },
  {
    name: 'next-app',
    title: 'Next.js, `examples/next`',
    packages: packagesOf('next'),
    version: packageVersion('next'),
    start: tryNext,
  },
  {
    name: 'nest',
    title: 'NestJS, CommonJS, `examples/nest`',
    packages: packagesOf('nest'),
    version: packageVersion('@nestjs/core'),
    start: tryNest,
  },
  {
    name: 'cloudflare',
    title: 'workerd, `examples/servers`',
    packages: [workerdPackage],
    version: packageVersion(workerdPlatform),
    start: (app) => tryCloudflare(app, workerdBinary),
  },
  {
    name: 'fastify',
    title: 'Fastify, `examples/servers`',
    packages: [`fastify@${developed('fastify')}`],
    version: packageVersion('fastify'),
    start: tryServer('fastify.mjs'),
  },
  {
    name: 'hono',
    title: 'Hono, `examples/hono.ts`',
    packages: ['hono', '@hono/node-server'].map((name) => `${name}@${developed(name)}`),
    version: packageVersion('hono'),
    start: tryProgram('hono', useHono),
  },
  {
    name: 'express',
    title: 'Express, `examples/express.ts`',
    packages: [`express@${developed('express')}`],
    version: packageVersion('express'),
    start: tryProgram('express', useExpress),
  },
  {
    name: 'lambda',
    title: 'Lambda, streaming, `examples/servers`',
    packages: [],
    version: () => process.versions.node,
    start: tryServer('lambda.mjs'),
  },
  {
    name: 'use-chat',
    title: '`useChat`, `examples/use-chat`',
    packages: packagesOf('use-chat'),
    version: packageVersion('@ai-sdk/react'),
    start: tryUseChat,
  },
  {
    name: 'tests',
    title: 'vitest and Jest, `examples/tests`',
    packages: packagesOf('tests'),
    version: packageVersion('vitest'),
    start: tryTests,
  },
  {
    name: 'mastra',
    title: 'Mastra, `examples/mastra`',
    packages: packagesOf('mastra'),
    version: packageVersion('@mastra/core'),
    start: tryAgent('mastra'),
  },
  {
    name: 'openai-agents',
    title: 'OpenAI Agents, `examples/openai-agents`',
    packages: packagesOf('openai-agents'),
    version: packageVersion('@openai/agents'),
    start: tryAgent('openai-agents'),
  },
];

/** A runtime that runs programs, and has its version asked by `--version`. */
function program(
  runtime: Pick<Runtime, 'name' | 'title' | 'packages' | 'isLight'> & Required<Pick<Runtime, 'command'>>,
): Runtime {
  const { command } = runtime;
  return {
    ...runtime,
    version: (folder) => askedVersion(command(folder)[0]!),
    start: ({ start, folder, name, origin }) => start([...command(folder), 'node.mjs', name, origin]),
  };
}

function node(version: string): Runtime {
  const [major] = version.split('.');
  return program({
    name: `node-${major}`,
    title: `Node ${major}`,
    packages: [`${nodePlatform}@${version}`],
    command: (folder) => [join(folder, 'node_modules', nodePlatform, 'bin/node')],
  });
}

/** @param config - One of worker.capnp. */
function workerd(name: string, title: string, config: string): Runtime {
  return {
    name,
    title,
    packages: [workerdPackage],
    version: packageVersion(workerdPlatform),
    async start(app) {
      const { folder, name: NAME, origin: ORIGIN, start, ask } = app;
      await bundleWorker(app, 'worker.mjs');
      const address = `127.0.0.1:${await freePort()}`;
      start(
        [join(folder, workerdBinary), 'serve', 'worker.capnp', config, '--socket-addr', `http=${address}`],
        { NAME, ORIGIN },
      );
      await ask(`http://${address}/first`);
      await ask(`http://${address}/scenario`);
    },
  };
}

/** Jest and `require` cannot load modules. */
const writeCommonJs = ({ folder }: App) =>
  build({
    absWorkingDir: folder,
    entryPoints: ['scenario.mjs'],
    outfile: join(folder, 'scenario.cjs'),
    format: 'cjs',
  });

/** The version of a package that the suite has as well. */
function developed(name: string): string {
  const manifest = readFileSync(join('node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function packageVersion(name: string): Runtime['version'] {
  return (folder) => {
    const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  };
}

function askedVersion(binary: string): string {
  // Debian's Chromium says more there.
  const words = execFileSync(binary, ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /\d+(\.\d+)+/.exec(words)?.[0] ?? words.trim();
}
