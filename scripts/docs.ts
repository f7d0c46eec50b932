/**
 * Builds the documentation as a site, in site/: the guides, the decisions, the reference of methods, and every export
 * of every entry point. A warning fails it, such as a link that leads nowhere.
 *
 * Run: npm run docs
 */
import { readFileSync } from 'node:fs';

import { Application, type ProjectReflection, ReflectionKind } from 'typedoc';

import { entries } from './entries.js';

/** In the order in which the site lists them; the ones behind a page stand below it. */
const documents = [
  'docs/README.md',
  ...guides('docs/README.md'),
  'generated/api.md',
  'docs/architecture.md',
  'docs/decisions/README.md',
  ...guides('docs/decisions/README.md'),
  'CONTRIBUTING.md',
];

/** The pages of the same folder that an index lists, in its order. */
function guides(index: string): string[] {
  const folder = index.slice(0, index.lastIndexOf('/') + 1);
  const links = [...readFileSync(index, 'utf8').matchAll(/\]\(([\w-]+\.md)\)/g)];
  return [...new Set(links.map(([, name]) => `${folder}${name}`))];
}

async function main(): Promise<void> {
  const app = await Application.bootstrapWithPlugins({
    name: 'mistral-sdk',
    readme: 'README.md',
    entryPoints: entries.map((entry) => `src/${entry}.ts`),
    projectDocuments: [...new Set(documents)],
    plugin: ['typedoc-plugin-missing-exports'],
    out: process.argv[2] ?? 'site',
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
    excludePrivate: true,
    excludeExternals: true,
    // The repository has no address that a line of source could be linked to.
    disableSources: true,
    hideGenerator: true,
    navigation: { includeFolders: false, includeGroups: false, includeCategories: false },
    sort: ['documents-first', 'source-order'],
    searchInComments: true,
    searchInDocuments: true,
    skipErrorChecking: true,
    lightHighlightTheme: 'github-light',
    darkHighlightTheme: 'github-dark',
    highlightLanguages: ['typescript', 'bash', 'json', 'yaml', 'html', 'mermaid'],
    tsconfig: 'tsconfig.json',
    logLevel: 'Warn',
  });
  const project = await app.convert();
  if (!project) throw new Error('typedoc could not read the sources');
  nameModules(project);
  nameDocuments(project);
  nestDecisions(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
  else console.log(`site/ has ${app.options.getValue('projectDocuments').length} pages of prose`);
}

/** Modules are called as they are imported. */
function nameModules(project: ProjectReflection): void {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, { import?: string }>;
  };
  const paths = new Map(
    Object.entries(exports).map(([path, { import: file }]) => [
      file?.replace('./dist/esm/', '').replace(/(\/index)?\.js$/, ''),
      path.replace('.', 'mistral-sdk'),
    ]),
  );
  for (const module of project.getChildrenByKind(ReflectionKind.Module))
    module.name = paths.get(module.name) ?? module.name;
}

/** Documents are called by their headings, which the theme writes above them. */
function nameDocuments(project: ProjectReflection): void {
  for (const document of project.documents ?? []) document.name = takeHeading(document.content) ?? document.name;
  takeHeading(project.readme ?? []);
}

function takeHeading([first]: readonly { text: string }[]): string | undefined {
  const heading = first && /^# (.+)\n+/.exec(first.text);
  if (!heading) return undefined;
  first.text = first.text.slice(heading[0].length);
  return heading[1];
}

/** The decisions stand below their index. */
function nestDecisions(project: ProjectReflection): void {
  const documents = project.documents ?? [];
  const index = documents.find(({ name }) => name === 'Decisions')!;
  for (const document of documents.slice(documents.indexOf(index) + 1)) {
    if (document.name === 'Contributing') return;
    project.removeChild(document);
    index.addChild(document);
    document.parent = index;
  }
}

await main();
