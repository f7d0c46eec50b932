import { isObject } from '../description/json.js';
import { isMethodName } from '../description/operations.js';
import type { Overlay } from '../overlay/overlay.js';
import type { Affected, Change, Drift, Subject } from './drift.js';
import { worst, type ChangeClass } from './rules.js';

/** Which methods, and which of the types that the package exports, are not what they were. */
export function effectsOf(
  subjects: readonly Subject[],
  overlays: readonly Overlay[],
  types: string,
): Pick<Drift, 'methods' | 'types'> {
  const exported = new Set(
    [...types.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name!),
  );
  const copies = copiesIn(overlays);
  const typeNames = typeNamesIn(overlays);
  // Overlays rename schemas by copying them, so a copy changes as its origin does; and so does the type of requests.
  const typesOf = (name: string): string[] =>
    [name, ...(copies.get(name) ?? [])]
      .map((schema) => typeNames.get(schema) ?? typeName(schema))
      .flatMap((type) => [type, `${type}Param`])
      .filter((type) => exported.has(type));
  const operationTypes = (method: string): string[] => {
    const type = `${method.split('.').map(capitalise).join('')}Params`;
    return exported.has(type) ? [type] : [];
  };

  const methods = new Worst();
  const changedTypes = new Worst();
  const removedMethods: string[] = [];
  const removedTypes: string[] = [];
  for (const subject of subjects) {
    const kinds = new Set(subject.changes.map(({ kind }) => kind));
    if (kinds.has('operation-removed')) {
      removedMethods.push(...subject.methods);
      removedTypes.push(...subject.methods.flatMap(operationTypes));
    } else if (kinds.has('schema-removed')) {
      removedTypes.push(...typesOf(subject.name));
    } else if (subject.type === 'operation') {
      for (const { class: name } of subject.changes) {
        methods.add(subject.methods, name);
        changedTypes.add(subject.methods.flatMap(operationTypes), name);
      }
    } else if (subject.type === 'schema') {
      for (const change of subject.changes) {
        // To a method it is one and the same under either name.
        if (change.kind === 'schema-renamed') continue;
        changedTypes.add(typesOf(subject.name), change.class);
        methods.add(subject.requestsOf, change.directions.request);
        methods.add(subject.responsesOf, change.directions.response);
      }
    }
  }
  const having = (kind: Change['kind']) =>
    subjects.flatMap(({ name, changes }) =>
      changes.filter((change) => change.kind === kind).map((change) => ({ name, change })),
    );
  return {
    methods: {
      removed: removedMethods,
      changed: methods.all().filter(({ name }) => isMethodName(name) && !removedMethods.includes(name)),
    },
    types: {
      added: having('schema-added')
        .filter(({ change }) => change.class !== 'documentation')
        .map(({ name }) => name),
      removed: removedTypes,
      renamed: having('schema-renamed').map(({ name, change }) => ({ from: name, to: change.after! })),
      changed: changedTypes.all(),
    },
  };
}

/** Names with the worst class that was said of each. */
class Worst {
  private readonly classes = new Map<string, ChangeClass>();

  add(names: readonly string[], name: ChangeClass | undefined): void {
    if (name === undefined || name === 'documentation') return;
    for (const key of names) this.classes.set(key, worst(name, this.classes.get(key) ?? name));
  }

  all(): Affected[] {
    return [...this.classes].map(([name, value]) => ({ name, class: value as Affected['class'] }));
  }
}

const schemaTarget = /^\$\.components\.schemas(?:\.(\w+)|\['([^']+)'\])$/;

/** Which schemas the overlays copy, and what they call the copies. */
function copiesIn(overlays: readonly Overlay[]): Map<string, string[]> {
  const copies = new Map<string, string[]>();
  for (const { target, change } of overlays.flatMap(({ actions }) => actions)) {
    if (change.kind !== 'copy') continue;
    const [from, to] = [change.source, target].map((path) => {
      const [, plain, quoted] = schemaTarget.exec(path) ?? [];
      return plain ?? quoted;
    });
    if (from !== undefined && to !== undefined) copies.set(from, [...(copies.get(from) ?? []), to]);
  }
  return copies;
}

/** What the overlays call the types of schemas. */
const typeNamesIn = (overlays: readonly Overlay[]): Map<string, string> =>
  new Map(
    overlays.flatMap(({ actions }) =>
      actions.flatMap(({ target, change }): [string, string][] => {
        const [, plain, quoted] = schemaTarget.exec(target) ?? [];
        const given =
          change.kind === 'update' && isObject(change.value) ? change.value['x-type-name'] : undefined;
        return typeof given === 'string' ? [[(plain ?? quoted)!, given]] : [];
      }),
    ),
  );

/** As hey-api spells it: `Foo-Input` cannot be the name of a type. */
const typeName = (schema: string): string =>
  schema.replaceAll(/[^A-Za-z0-9_$]+(.?)/g, (_, next: string) => next.toUpperCase());

const capitalise = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
