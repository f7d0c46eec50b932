import type { Affected, Change, Drift, Subject } from './drift.js';
import { code, oneLine } from './finding.js';
import { classes, type ChangeClass } from './rules.js';

/** The report for a terminal. */
export function printText(drift: Drift): string {
  const sections = sectionsOf(drift).map(({ title, groups }) =>
    [
      title.toUpperCase(),
      ...groups.flatMap((group) => [
        '',
        ...(group.title === '' ? [] : [`  ${group.title}`]),
        ...bullets(group, '  '),
      ]),
    ].join('\n'),
  );
  return `${[verdictOf(drift), ...sections].join('\n\n')}\n`;
}

/** The report for a job summary, an issue or a pull request. */
export function printMarkdown(drift: Drift): string {
  const sections = sectionsOf(drift).map(({ title, isLong, groups }) => {
    const body = groups
      .map((group) =>
        [...(group.title === '' ? [] : [`### ${group.title}`, '']), ...bullets(group)].join('\n'),
      )
      .join('\n\n');
    return isLong
      ? `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`
      : `## ${title}\n\n${body}`;
  });
  return `${[`# ${verdictOf(drift)}`, ...sections].join('\n\n')}\n`;
}

interface Section {
  readonly title: string;
  /** Folded away where that can be done. */
  readonly isLong: boolean;
  readonly groups: readonly Group[];
}

interface Group {
  readonly title: string;
  readonly lines: readonly string[];
}

const bullets = ({ lines }: Group, indent = ''): string[] => lines.map((line) => `${indent}- ${line}`);

/** One line: how many changes of each class, and what the overlays have to do. */
export function verdictOf({ verdict, counts, overlays, unnamed, vendored, upstream }: Drift): string {
  if (verdict === 'none') return `No drift: ${code(upstream)} says what ${code(vendored)} says`;
  const found = [
    ...classes
      .toReversed()
      .map((name) => [counts[name], `${name} ${plural(counts[name], 'change')}`] as const),
    [
      overlays.length,
      `overlay ${plural(overlays.length, 'action')} that no longer ${overlays.length === 1 ? 'matches' : 'match'}`,
    ],
    [unnamed.length, `${plural(unnamed.length, 'operation')} without a name`],
  ] as const;
  const said = found.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `Drift: ${said.join(', ')}`;
}

const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`);

const titles: Readonly<Record<ChangeClass, string>> = {
  breaking: 'Breaking',
  additive: 'Additive',
  documentation: 'Documentation',
};

function sectionsOf(drift: Drift): Section[] {
  const byClass = classes.toReversed().map((name) => ({
    title: `${titles[name]} (${drift.counts[name]})`,
    isLong: name === 'documentation',
    groups: groupsOf(drift.subjects, name),
  }));
  const { overlays, unnamed, becomingPages, leaning } = drift;
  return [
    ...byClass,
    {
      title: `Overlay actions that no longer match (${overlays.length})`,
      isLong: false,
      groups: overlays.map(({ file, action, description, target, reason }) => ({
        title: `${file}, action ${action}`,
        lines: [oneLine(description), `target: ${code(target)}`, oneLine(reason)],
      })),
    },
    {
      title: `Operations that need a name (${unnamed.length})`,
      isLong: false,
      groups: lines(
        unnamed.map(({ method, path, operationId, tags, streams, key }) =>
          [
            `${code(`${method} ${path}`)}: operationId ${operationId === '' ? 'none' : code(operationId)}`,
            tags.length === 0 ? 'no tag' : `${plural(tags.length, 'tag')} ${tags.map(code).join(', ')}`,
            ...(streams ? ['streams'] : []),
            ...(key === 'the API key' ? [] : [`wants ${key}`]),
          ].join(', '),
        ),
      ),
    },
    {
      title: `Methods that become lists of pages (${becomingPages.length})`,
      isLong: false,
      groups: lines(
        becomingPages.map(
          (name) =>
            `${code(name)} returns one response today: \`x-pagination\` would change what it returns, which breaks people.`,
        ),
      ),
    },
    {
      title: `What leans on what is gone (${leaning.length} files)`,
      isLong: leaning.length > 20,
      groups: lines(leaning.map(({ file, names }) => `${file}: ${some(names, 6)}`)),
    },
    { title: 'Methods and types', isLong: false, groups: lines(effects(drift)) },
  ].filter(({ groups }) => groups.length > 0);
}

const lines = (all: readonly string[]): Group[] => (all.length === 0 ? [] : [{ title: '', lines: all }]);

/** What many subjects have in common and is one list, and new operations, which stand among those that need a name. */
const saidTogether: ReadonlySet<Change['kind']> = new Set([
  'schema-added',
  'schema-removed',
  'schema-renamed',
  'operation-added',
]);

function groupsOf(subjects: readonly Subject[], name: ChangeClass): Group[] {
  const isOfKind = ({ changes }: Subject, kind: Change['kind']) =>
    changes.some((change) => change.kind === kind && change.class === name);
  const others = subjects.map((subject) => ({
    title: titleOf(subject),
    lines: merge(
      subject.changes.filter((change) => change.class === name && !saidTogether.has(change.kind)),
    ).map(lineOf),
  }));
  const together = (title: string, kind: Change['kind'], say: (subject: Subject) => string): Group[] => {
    const all = subjects.filter((subject) => isOfKind(subject, kind));
    return all.length === 0 ? [] : [{ title: `${title} (${all.length})`, lines: [all.map(say).join(', ')] }];
  };
  const nameOf = (subject: Subject) =>
    code(subject.name) + (subject.isOfOverlays ? ' (of our overlays)' : '');
  return [
    ...others.filter((group) => group.lines.length > 0),
    ...together('Schemas that are gone, whose types people import', 'schema-removed', nameOf),
    ...together(
      'Schemas that are renamed, whose types keep their names',
      'schema-renamed',
      ({ name: from, changes }) =>
        `${code(from)} → ${code(changes.find(({ kind }) => kind === 'schema-renamed')!.after!)}`,
    ),
    ...together('New schemas', 'schema-added', nameOf),
  ];
}

function titleOf({ type, name, methods, requestsOf, responsesOf, isOfOverlays }: Subject): string {
  if (type === 'document') return 'The document';
  if (type === 'operation') {
    return methods.length === 0 ? code(name) : `${methods.map(code).join(', ')}: ${code(name)}`;
  }
  const uses = [
    requestsOf.length === 0 ? '' : `in requests of ${some(requestsOf)}`,
    responsesOf.length === 0 ? '' : `in responses of ${some(responsesOf)}`,
  ];
  const used = uses.filter(Boolean).join('; ');
  const byNone = isOfOverlays ? ', which our overlays use' : ', which no operation uses';
  return `Schema ${code(name)}${used === '' ? byNone : `, ${used}`}`;
}

function some(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).map(code).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** The same said of many places is one line. */
function merge(changes: readonly Change[]): Change[][] {
  const bySaying = new Map<string, Change[]>();
  for (const change of changes) {
    const key = change.kind === 'text-changed' ? String(change.after) : JSON.stringify(change);
    bySaying.set(key, [...(bySaying.get(key) ?? []), change]);
  }
  return [...bySaying.values()];
}

function lineOf(changes: readonly Change[]): string {
  const [{ sentence, why }] = changes as readonly [Change];
  if (changes.length > 1) {
    const places = changes.map(({ place }) => (place === '' ? 'the whole' : code(place)));
    return `Another ${String(changes[0]!.after)} at ${places.join(', ')}.`;
  }
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${why === '' ? '' : `: ${why}`}.`;
}

function effects({ methods, types }: Drift): string[] {
  const affected = (what: string, all: readonly Affected[], name: ChangeClass) =>
    list(
      `${what} with ${name} changes`,
      all.filter((one) => one.class === name).map((one) => one.name),
    );
  return [
    ...affected('Methods', methods.changed, 'breaking'),
    ...affected('Methods', methods.changed, 'additive'),
    ...affected('Types', types.changed, 'breaking'),
    ...affected('Types', types.changed, 'additive'),
  ];
}

const list = (title: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${title} (${names.length}): ${names.map(code).join(', ')}.`];
