/**
 * Builds the documentation as a site, in site/: the guides, the decisions, the reference of methods, and every export
 * of every entry point. A warning fails it, such as a link that leads nowhere.
 *
 * Run: npm run docs
 */
import { readFileSync } from 'node:fs';

import { Application, Converter, type ProjectReflection, ReflectionKind } from 'typedoc';

import { entries } from './entries.js';

/** In the order in which the site lists them; the ones behind a page stand below it. */
const pages = [
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
    // The description in its second form says nothing that is not said elsewhere.
    entryPoints: entries.filter((entry) => entry !== 'schema').map((entry) => `src/${entry}.ts`),
    projectDocuments: [...new Set(pages)],
    plugin: ['typedoc-plugin-missing-exports'],
    out: process.argv[2] ?? 'site',
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
    excludePrivate: true,
    excludeExternals: true,
    includeHierarchySummary: false,
    // The repository has no address that a line of source could be linked to.
    disableSources: true,
    hideGenerator: true,
    navigation: { includeFolders: false, includeGroups: true, includeCategories: false },
    sort: ['documents-first', 'kind', 'alphabetical-ignoring-documents'],
    sortEntryPoints: false,
    preservedTypeAnnotationTags: ['@throws'],
    customCss: 'scripts/docs.css',
    searchInComments: true,
    searchInDocuments: true,
    skipErrorChecking: true,
    lightHighlightTheme: 'github-light',
    darkHighlightTheme: 'github-dark',
    highlightLanguages: ['typescript', 'http', 'bash', 'json', 'yaml', 'html', 'mermaid'],
    tsconfig: 'tsconfig.json',
    logLevel: 'Warn',
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    nameModules(project);
    nameDocuments(project);
    nameMethods(project);
    nestDecisions(project);
    dropHeading(project);
    hideMembers(project);
    linkErrors(project);
  });
  const project = await app.convert();
  if (!project) throw new Error('typedoc could not read the sources');
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
  else console.log(`site/ has ${app.options.getValue('projectDocuments').length} pages of prose`);
}

/** Modules are called as they are imported. */
function nameModules(project: ProjectReflection): void {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string | { import: { default: string } }>;
  };
  const paths = new Map(
    Object.entries(exports).map(([path, target]) => [
      typeof target === 'object' &&
        target.import.default.replace('./dist/esm/', '').replace(/(\/index)?\.js$/, ''),
      path.replace('.', 'mistral-sdk'),
    ]),
  );
  for (const module of project.getChildrenByKind(ReflectionKind.Module))
    module.name = paths.get(module.name) ?? module.name;
}

/** Documents are called by their headings. */
function nameDocuments(project: ProjectReflection): void {
  for (const document of project.documents ?? [])
    document.name = heading.exec(document.content[0]?.text ?? '')?.[1] ?? document.name;
}

const heading = /^# (.+)\n+/m;

/**
 * Methods stand in the table of contents by their names: what is code in a heading is left out there, so the signature goes
 * below it.
 */
function nameMethods(project: ProjectReflection): void {
  const { content } = project.documents!.find(({ name }) => name === 'Methods')!;
  for (const [index, part] of content.entries()) {
    const method = /^`mistral\.([\w.]+)\(/.exec(part.text)?.[1];
    const before = content[index - 1];
    if (method && before?.text.endsWith('### ')) before.text += `${method}\n\n`;
  }
}

/** The theme writes the name of the project above its README. */
function dropHeading({ readme: [first] = [] }: ProjectReflection): void {
  if (first) first.text = first.text.replace(heading, '');
}

/**
 * What only this package's own functions can use of a client; and what the plugin finds of classes that are mentioned by
 * one of their members, and makes members of a module.
 */
function hideMembers(project: ProjectReflection): void {
  for (const member of project.getReflectionsByKind(ReflectionKind.Accessor | ReflectionKind.Property))
    if (member.name === '[transportKey]' || member.parent?.kind === ReflectionKind.Module)
      project.removeReflection(member);
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

/** `@throws {ArgumentError} if …` with the name as a link. */
function linkErrors(project: ProjectReflection): void {
  const classes = new Map(
    project.getReflectionsByKind(ReflectionKind.Class).map((reflection) => [reflection.name, reflection]),
  );
  for (const { comment } of Object.values(project.reflections)) {
    for (const tag of comment?.blockTags ?? []) {
      const name = tag.typeAnnotation?.slice(1, -1);
      if (name === undefined) continue;
      const target = classes.get(name);
      if (target) tag.content.unshift({ kind: 'inline-tag', tag: '@link', text: name, target }, space);
      else tag.content.unshift({ kind: 'code', text: `\`${name}\`` }, space);
      delete tag.typeAnnotation;
    }
  }
}

const space = { kind: 'text', text: ' ' } as const;

await main();
