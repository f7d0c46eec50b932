import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';

import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { decode } from '@jridgewell/sourcemap-codec';
import enhancedResolve from 'enhanced-resolve';
import { publint } from 'publint';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { createConsumer, subpaths } from '../../scripts/packed.js';
import { peers } from '../../scripts/peers.js';
import { subpathManifests } from '../../scripts/subpath-manifests.js';

const { folder, tarball } = createConsumer(peers);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = join(folder, 'node_modules/mistral-sdk');
const paths = tarball.files.map(({ path }) => path);
const packedFiles = (pattern: RegExp): string[] => paths.filter((path) => pattern.test(path));
const read = (path: string): string => readFileSync(join(installed, path), 'utf8');

const outsideImports = (file: string): string[] =>
  ts
    .preProcessFile(read(file), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => !specifier.startsWith('.'))
    .map((specifier) => `${file} imports ${specifier}`);

/** The one entry that needs another package, which is an optional peer. */
/** These need a peer. */
const isOfPeer = (file: string): boolean => /\/(otel|langchain)\//.test(file);

/** Where the relative links of a document lead. */
const linksOf = (file: string, markdown: string): string[] =>
  [...markdown.matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)/g)].map(([, path]) => join(dirname(file), path!));

/** Runs a program in the project that has the package installed. */
function run(name: string, code: string, ...options: string[]): string {
  writeFileSync(join(folder, name), code);
  return execFileSync(process.execPath, [...options, name], { cwd: folder, encoding: 'utf8' }).trim();
}

/** Loads the package as Jest does: each file is a function in a context, whose globals are those of jsdom. */
const bareProgram = `
  const { runInContext, createContext } = require('node:vm');
  const { readFileSync } = require('node:fs');
  const { dirname, resolve } = require('node:path');
  const { exports: entries } = require('mistral-sdk/package.json');
  const root = dirname(require.resolve('mistral-sdk/package.json'));

  const loaderOf = (context) => {
    const modules = new Map();
    const load = (file) => {
      if (modules.has(file)) return modules.get(file).exports;
      const module = { exports: {} };
      modules.set(file, module);
      const code = '(function (exports, require, module) {' + readFileSync(file, 'utf8') + '\\n})';
      const near = (id) => (id.startsWith('.') ? load(resolve(dirname(file), id)) : require(id));
      runInContext(code, context)(module.exports, near, module);
      return module.exports;
    };
    return load;
  };

  const bare = loaderOf(createContext({}));
  for (const [subpath, { require: entry }] of Object.entries(entries)) {
    if (!entry || subpath === './otel') continue;
    bare(resolve(root, entry.default));
    console.log(subpath, 'loaded');
  }

  const { AbortController, AbortSignal, Blob, FormData, URL, crypto, queueMicrotask, setTimeout, clearTimeout } = globalThis;
  const jsdom = createContext({ AbortController, AbortSignal, Blob, FormData, URL, crypto, queueMicrotask, setTimeout, clearTimeout });
  const { Mistral } = loaderOf(jsdom)(resolve(root, entries['.'].require.default));
  const options = { apiKey: 'k', maxRetries: 0, logLevel: 'off' };
  const reply = { choices: [{ index: 0, message: { role: 'assistant', content: 'Bonjour' }, finish_reason: 'stop' }] };
  const mistral = new Mistral({ ...options, fetch: async () => Response.json(reply) });
  console.log('a client made');
  const call = async (client) => {
    try {
      console.log((await client.chat.complete({ model: 'm', messages: [] })).choices[0].message.content);
    } catch (error) {
      console.log(String(error));
    }
  };
  (async () => {
    await call(new Mistral(options));
    await call(mistral);
    const { Headers, TextDecoder, TextEncoder } = globalThis;
    Object.assign(jsdom, { Headers, TextDecoder, TextEncoder });
    await call(mistral);
  })();
`;

test('the package depends on nothing at run time', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;

  expect(manifest).not.toHaveProperty('dependencies');
  const optional = ['@langchain/core', '@opentelemetry/api', 'typescript', 'ws'];
  expect(Object.keys(manifest.peerDependencies as object)).toEqual(optional);
  for (const name of optional)
    expect(manifest).toHaveProperty(['peerDependenciesMeta', name, 'optional'], true);
  expect(manifest).not.toHaveProperty('scripts.postinstall');
});

describe('the tarball', () => {
  test('holds what was built, its sources and the documents, and no surprise', () => {
    const expected = [
      /^dist\/(esm\/[\w/-]+\.js|cjs\/[\w/-]+\.cjs)(\.map)?$/,
      /^dist\/bin\/(migrate\.js(\.map)?|mistral-sdk\.js)$/,
      /^dist\/types\/(generated\/(types|params|schema)\.gen|[\w/-]+)\.d\.ts$/,
      /^dist\/types\/[\w/-]+\.d\.mts$/,
      /^dist\/(types\/package\.json|openapi\.yaml)$/,
      /^src\/[\w/-]+\.ts$/,
      /^[\w-]+\/(node\/)?package\.json$/,
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|llms\.txt)$/,
      /^(docs\/[\w-]+|generated\/api|skills\/mistral-sdk\/SKILL)\.md$/,
    ];

    expect(paths.filter((path) => !expected.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const pattern of expected) expect(packedFiles(pattern), String(pattern)).not.toEqual([]);
    expect(packedFiles(/test\.ts$|\.test-d\.ts$|overlay/)).toEqual([]);
  });

  test('has in llms.txt every guide, as docs/README.md lists them', () => {
    const listed = linksOf('docs/README.md', read('docs/README.md'));

    expect(read('llms.txt')).toMatch(/^# mistral-sdk\n\n> An \*\*unofficial\*\* TypeScript SDK/);
    expect(linksOf('llms.txt', read('llms.txt'))).toEqual(listed);
  });

  test('has documents whose links can be followed, once those that leave it are absolute', () => {
    const base = 'https://example.test/blob/v1.0.0/';
    execFileSync(process.execPath, [join(process.cwd(), 'scripts/absolute-links.mjs'), base], {
      cwd: installed,
    });

    expect(read('README.md')).toContain(`](${base}docs/streaming.md)`);
    expect(linksOf('README.md', read('README.md'))).toEqual([]);
    const guides = packedFiles(/^docs\/.*\.md$/);
    const dead = guides.flatMap((file) =>
      linksOf(file, read(file)).filter((target) => !paths.includes(target)),
    );
    expect(guides.length).toBeGreaterThan(20);
    expect(dead).toEqual([]);
    const absolute = [...paths.filter((path) => path.endsWith('.md')), 'llms.txt'].flatMap((file) =>
      [...read(file).matchAll(/\]\(https:\/\/example\.test\/blob\/v1\.0\.0\/([^)#]+)/g)].map(
        ([, path]) => path!,
      ),
    );
    expect(absolute.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('has the effective description', () => {
    expect(parse(read('dist/openapi.yaml'))).toEqual(parse(readFileSync('generated/openapi.yaml', 'utf8')));
  });

  test('has for every file with code a map whose places are lines of sources that ship', () => {
    const maps = packedFiles(/\.map$/);
    const places = maps.flatMap((path) => {
      const map = JSON.parse(read(path)) as { sources: string[]; mappings: string; sourcesContent?: unknown };
      expect(map).not.toHaveProperty('sourcesContent');
      expect(map.sources).not.toEqual([]);
      const sources = map.sources.map((source) => normalize(join(dirname(path), source)));
      expect(sources.filter((source) => !paths.includes(source))).toEqual([]);
      const lengths = sources.map((source) => read(source).split('\n').length);
      return decode(map.mappings)
        .flat()
        .flatMap((segment) =>
          segment.length > 1 ? [segment[2]! < lengths[segment[1]!]! ? 'leads' : `astray in ${path}`] : [],
        );
    });

    expect([...new Set(places)]).toEqual(['leads']);
    const mapOf = (path: string): string | undefined => {
      const link = /\n\/\/# sourceMappingURL=(.+)$/.exec(read(path).trimEnd())?.[1];
      return link && normalize(join(dirname(path), link));
    };
    const code = packedFiles(/\.c?js$/);
    expect(new Set(code.map(mapOf).filter((map) => map !== undefined))).toEqual(new Set(maps));
    // What only exports from other files has nothing to map, nor have data. No program runs through the command.
    const unmapped = code.filter(
      (path) => mapOf(path) === undefined && !/\/mock-data\.|^dist\/bin\//.test(path),
    );
    expect(unmapped.filter((path) => /\b(class|function|=>)/.test(read(path)))).toEqual([]);
  });

  test.each(['mjs', 'cjs'])('leads the stack of an error to its line in src/, from .%s', (ending) => {
    const load =
      ending === 'mjs'
        ? "import { Mistral } from 'mistral-sdk';"
        : "const { Mistral } = require('mistral-sdk');";
    const program = `${load} try { new Mistral({ apiKey: '' }); } catch (error) { console.log(error.stack); }`;

    const stack = run(`stack.${ending}`, program, '--enable-source-maps');

    const places = [...stack.matchAll(/mistral-sdk\/(src\/[\w/-]+\.ts):(\d+)/g)];
    expect(places.length, stack).toBeGreaterThan(1);
    const [, file, line] = places.at(-1)!;
    expect(file).toBe('src/client.ts');
    expect(read(file!).split('\n')[Number(line) - 1]).toContain('createTransport(');
  });
});

describe('the packed package', () => {
  test('has nothing that publint complains of', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });

    expect(messages.map(({ code }) => code)).toEqual([]);
  });

  test('has types that are right for each way of importing it', async () => {
    const checked = await checkPackage(createPackageFromTarballData(readFileSync(tarball.file)), {
      excludeEntrypoints: ['./openapi.yaml', './package.json'],
    });
    if (!checked.types) throw new Error('attw finds no types');

    expect(checked.problems).toEqual([]);
  });

  test.each(['mjs', 'cjs'])('is imported by every subpath, from .%s', (ending) => {
    const load = (subpath: string) => {
      const name = `'mistral-sdk${subpath.slice(1)}'`;
      return `console.log(${name}, Object.keys(${ending === 'mjs' ? `await import(${name})` : `require(${name})`}).length);`;
    };

    const lines = run(`every.${ending}`, subpaths.map(load).join('\n')).split('\n');

    expect(lines).toHaveLength(subpaths.length);
    expect(lines.filter((line) => line.endsWith(' 0'))).toEqual([
      'mistral-sdk/schema 0',
      'mistral-sdk/types 0',
    ]);
  });

  test('is loaded by every subpath where there is nothing but JavaScript, and says with the first call what it needs', () => {
    const lines = run('bare.cjs', bareProgram).split('\n');

    const loaded = subpaths.filter((subpath) => subpath !== './otel');
    expect(lines.splice(0, loaded.length)).toEqual(loaded.map((subpath) => `${subpath} loaded`));
    expect(lines).toEqual([
      'a client made',
      expect.stringMatching(/^ArgumentError: This runtime has no fetch, Headers, TextDecoder, TextEncoder; /),
      expect.stringMatching(/^ArgumentError: This runtime has no Headers, TextDecoder, TextEncoder; /),
      'Bonjour',
    ]);
  });

  test.each(['mjs', 'cjs'])('shares one copy of each class among its subpaths, from .%s', (ending) => {
    const load = (names: string, from: string) =>
      ending === 'mjs' ? `import { ${names} } from '${from}';` : `const { ${names} } = require('${from}');`;

    const program = `
      ${load('ArgumentError', 'mistral-sdk')}
      ${load('createLimiter', 'mistral-sdk/concurrency')}
      try { createLimiter({ maxConcurrency: -1 }); } catch (error) { console.log(error.constructor === ArgumentError); }
    `;

    expect(run(`same.${ending}`, program)).toBe('true');
  });

  test('imports nothing but its own files, and Node only where it says so', () => {
    const files = packedFiles(/\.c?js$/).filter(
      (file) => !/(testing|uploads|realtime)\/node\.c?js$|^dist\/bin\/migrate\.js$/.test(file),
    );

    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !isOfPeer(file)).flatMap(outsideImports)).toEqual([]);
    const [otel, langchain] = ['otel', 'langchain'].map((name) =>
      packedFiles(new RegExp(`^dist/(cjs|esm)/${name}/.*\\.c?js$`)).flatMap(outsideImports),
    );
    expect([...new Set(otel)].toSorted()).toEqual(
      ['cjs/otel/index.cjs', 'esm/otel/index.js'].map((file) => `dist/${file} imports @opentelemetry/api`),
    );
    expect(langchain!.length).toBeGreaterThan(2);
    expect(langchain!.filter((line) => !line.includes(' imports @langchain/core/'))).toEqual([]);
  });

  test('has types that need no other package', () => {
    const files = packedFiles(/\.d\.m?ts$/);

    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !isOfPeer(file)).flatMap(outsideImports)).toEqual([]);
  });
});

describe('the command of the package', () => {
  const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
  const command = join(installed, bin['mistral-sdk']!);

  test('migrates a program of the project that has it installed', () => {
    const before =
      "import { Mistral } from '@mistralai/mistralai';\nnew Mistral({ serverURL: 'https://a.b' });\n";
    writeFileSync(join(folder, 'moved.mjs'), before);

    const printed = execFileSync(process.execPath, [command, 'migrate', 'moved.mjs'], {
      cwd: folder,
      encoding: 'utf8',
    });

    expect(readFileSync(join(folder, 'moved.mjs'), 'utf8')).toBe(
      "import { Mistral } from 'mistral-sdk';\nnew Mistral({ baseURL: 'https://a.b' });\n",
    );
    expect(printed).toContain('1 file changed; nothing is left to decide');
  });

  test('imports nothing but Node', () => {
    const imports = packedFiles(/^dist\/bin\/.*\.js$/).flatMap(outsideImports);

    expect(imports).not.toEqual([]);
    expect(imports.filter((line) => !line.includes(' imports node:'))).toEqual([]);
    // npm makes it executable, and the shell finds Node by it.
    expect(read(bin['mistral-sdk']!)).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('for tools that do not read `exports`', () => {
  const require = createRequire(join(folder, 'from.cjs'));
  const specifiers = subpaths.map((subpath) => `mistral-sdk${subpath.slice(1)}`);

  test('each subpath has a manifest in the tarball that says what `exports` says, and nothing else has one', () => {
    const manifests = packedFiles(/package\.json$/).filter((path) => !path.startsWith('dist/'));

    expect(manifests.toSorted()).toEqual(Object.keys(subpathManifests).toSorted());
    expect(manifests).toHaveLength(subpaths.length);
    for (const path of manifests) expect(JSON.parse(read(path)), path).toMatchObject(subpathManifests[path]!);
  });

  test.each([
    ['webpack 4 does', ['browser', 'module', 'main']],
    ['Metro of old does', ['react-native', 'browser', 'main']],
    ['Jest 27 does', ['main']],
  ])('each subpath resolves to the file of `exports`, looked up as %s', (_, mainFields) => {
    const isModule = mainFields.length > 1;
    const resolve = enhancedResolve.create.sync({ exportsFields: [], mainFields, conditionNames: [] });
    const resolveByExports = enhancedResolve.create.sync({
      conditionNames: [isModule ? 'import' : 'require', 'default'],
    });

    for (const specifier of specifiers)
      expect(resolve(folder, specifier), specifier).toBe(resolveByExports(folder, specifier));
  });

  test.each(specifiers)('%s is the same module, required as by a tool that does not', (specifier) => {
    const resolve = enhancedResolve.create.sync({ exportsFields: [], mainFields: ['main'] });

    expect(require(resolve(folder, specifier) as string)).toBe(require(specifier));
  });
});

describe('the root entry', () => {
  const helpers = readdirSync('src', { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && subpaths.some((subpath) => subpath.split('/')[1] === entry.name),
    )
    .map(({ name }) => name);

  test('is two files, loads no helper, and leaves nothing for the first call to load', () => {
    expect(helpers).toContain('structured');
    const loaded = filesFrom('dist/esm/index.js');
    const sources = loaded
      .filter((path) => paths.includes(`${path}.map`))
      .flatMap((path) => (JSON.parse(read(`${path}.map`)) as { sources: string[] }).sources);

    expect(loaded).toEqual(['dist/esm/index.js', 'dist/esm/core.js']);
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((source) => helpers.some((room) => source.includes(`/src/${room}/`)))).toEqual([]);
    for (const path of loaded) expect(read(path)).not.toMatch(/\b(import|require)\(/);
  });

  /** The file, and what it imports, and so on. */
  function filesFrom(path: string, seen: string[] = []): string[] {
    if (seen.includes(path)) return seen;
    seen.push(path);
    for (const { fileName } of ts.preProcessFile(read(path), true, true).importedFiles)
      filesFrom(normalize(join(dirname(path), fileName)), seen);
    return seen;
  }
});
