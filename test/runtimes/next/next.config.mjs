import { resolve } from 'node:path';

// The folder in which the package and Next.js are installed, seen from the one of this file.
const root = resolve(import.meta.dirname, '../..');

export default { turbopack: { root }, outputFileTracingRoot: root };
