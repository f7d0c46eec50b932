import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A file of the tarball. */
export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** What `npm pack` made of dist/. */
export interface Tarball {
  readonly file: string;
  /** Of the tarball itself. */
  readonly size: number;
  readonly unpackedSize: number;
  /** Its sha512, as npm writes it. */
  readonly integrity: string;
  readonly files: readonly PackedFile[];
}

/** The names in `exports` of package.json that are modules, as `.` and `./realtime/node`. */
export const subpaths: readonly string[] = Object.entries(
  (JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> }).exports,
).flatMap(([subpath, target]) => (typeof target === 'object' ? [subpath] : []));

/** Packs dist/ as it is into the folder. */
export function pack(folder: string): Tarball {
  const printed = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(folder)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [tarball] = JSON.parse(printed) as [Tarball & { readonly filename: string }];
  return { ...tarball, file: join(resolve(folder), tarball.filename) };
}

/** A project in a temporary folder that has the packed package, and these of ours, installed. */
export function createConsumer(packages: readonly string[] = []): { folder: string; tarball: Tarball } {
  const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-consumer-'));
  const tarball = pack(folder);
  const installed = join(folder, 'node_modules/mistral-sdk');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', [
    '--extract',
    '--file',
    tarball.file,
    '--directory',
    installed,
    '--strip-components=1',
  ]);
  for (const name of packages) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve('node_modules', name), link);
  }
  return { folder, tarball };
}
