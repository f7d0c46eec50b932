import { readFileSync } from 'node:fs';

const { peerDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { readonly peerDependencies: Readonly<Record<string, string>> };

/** The packages that a user may have installed; no bundle includes them. */
export const peers: readonly string[] = Object.keys(peerDependencies);

/** What bundles leave as imports: the modules of Node, and those of peers. */
export const externals: readonly RegExp[] = [/^node:/, ...peers.map((name) => new RegExp(`^${name}(/|$)`))];
