import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Everything that the scenario needs and the repository does not: outside git, and kept from run to run. */
const cache = resolve('.cache/runtimes');

/** A runtime that cannot be had here. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/**
 * Packs the package, and installs the tarball where all runtimes find it, above their own folders.
 *
 * @returns the folder that it is installed in.
 */
export async function installPackage(): Promise<string> {
  writeManifest(cache);
  await npm(cache, 'pack', resolve('.'), '--ignore-scripts', '--silent');
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
  await npm(cache, 'install', ...quietly, '--no-save', '--offline', `./${name}-${version}.tgz`);
  return join(cache, 'node_modules', name!);
}

/**
 * The folder of a runtime, with its packages and the programs of test/runtimes/ in it.
 *
 * @param packages - As `name@version`.
 * @param isAllowed - Whether packages may be downloaded that are not there yet.
 * @throws {Unavailable} if there are packages that cannot be installed.
 */
export async function prepareFolder(
  name: string,
  packages: readonly string[],
  isAllowed: boolean,
): Promise<string> {
  const folder = join(cache, name);
  const installed = join(folder, `node_modules/.${fingerprint(packages)}`);
  if (packages.length > 0 && !existsSync(installed)) {
    if (!isAllowed) throw new Unavailable(`not installed; npm run test:runtimes -- ${name} installs it`);
    rmSync(folder, { recursive: true, force: true });
    writeManifest(folder);
    await npm(folder, 'install', ...quietly, '--prefer-offline', ...packages).catch((error: unknown) => {
      throw new Unavailable(`npm could not install ${packages.join(' and ')}: ${reasonOf(error)}`);
    });
    writeFileSync(installed, '');
  }
  writeManifest(folder);
  cpSync('test/runtimes', folder, { recursive: true });
  return folder;
}

/** No install script runs: what they download is not on npm. */
const quietly = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];

const npm = (cwd: string, ...args: string[]) => promisify(execFile)('npm', args, { cwd });

/** The folder is a package of its own, so that the package by its name is the installed one. */
function writeManifest(folder: string): void {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, '{ "private": true }\n');
}

const fingerprint = (packages: readonly string[]): string =>
  createHash('sha256').update(packages.join()).digest('hex').slice(0, 16);

/** npm's name for what went wrong, such as E404 or ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const words = String((error as { stderr?: unknown }).stderr ?? error);
  return /npm error code (\S+)/.exec(words)?.[1] ?? words.trim();
}
