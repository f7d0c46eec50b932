import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const module = (path: string): URL => new URL(path, import.meta.url);

const own = {
  'fetch, with a callback': module('contenders/fetch-callback.ts'),
  'fetch, with a loop': module('contenders/fetch-iterator.ts'),
  'fetch, with a time limit': module('contenders/fetch-with-limit.ts'),
  'mistral-sdk': module('contenders/mistral-sdk.ts'),
};

const peers = {
  '@mistralai/mistralai': module('peers/official.mjs'),
  openai: module('peers/openai.mjs'),
  '@ai-sdk/mistral': module('peers/ai-sdk.mjs'),
};

/** Modules that export a `Contender`, by name; the floor comes first. */
export function contendersOf(withPeers: boolean): ReadonlyMap<string, URL> {
  if (withPeers) installPeers();
  return new Map(Object.entries(withPeers ? { ...own, ...peers } : own));
}

/** From the registry, by their own lockfile; they are dependencies of nothing else. */
export function installPeers(): void {
  const cwd = fileURLToPath(module('peers/'));
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd, stdio: 'inherit' });
}
