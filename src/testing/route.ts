import { mockOperations, type MockOperation } from '../../generated/mock.gen.js';
import { fieldOf } from './fields.js';

/** Where a request leads: to operations that share a URL, to a path that has other methods, or nowhere. */
export interface Route {
  /** More than one where the body decides: `chat.complete` and `chat.stream`. */
  readonly operations: readonly MockOperation[];
  readonly pathParameters: Readonly<Record<string, string>>;
  /** The methods that the path has. */
  readonly methods: readonly string[];
}

export function findRoute(method: string, path: string): Route {
  const matching = patterns.flatMap(({ operation, pattern }) => {
    const match = pattern.exec(path);
    return match ? [{ operation, pathParameters: decode(match.groups ?? {}) }] : [];
  });
  const found = matching.filter(({ operation }) => operation.method === method);
  return {
    operations: found
      .filter(({ operation }) => operation.path === found[0]!.operation.path)
      .map(({ operation }) => operation),
    pathParameters: found[0]?.pathParameters ?? {},
    methods: [...new Set(matching.map(({ operation }) => operation.method))],
  };
}

/** `/v1/agents/completions` goes before `/v1/agents/{agent_id}`. */
const patterns = mockOperations
  .map((operation) => ({ operation, pattern: patternOf(operation.path) }))
  .toSorted((a, b) => a.operation.path.split('{').length - b.operation.path.split('{').length);

function patternOf(path: string): RegExp {
  const parts = path
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 === 0 ? literal(part) : `(?<${part}>[^/]+)`));
  return new RegExp(`^${parts.join('')}$`);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function decode(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeOrKeep(value)]));
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The operation whose fixed fields the body has; a field that is left out is `false`. */
export function chooseOperation(
  operations: readonly MockOperation[],
  body: unknown,
): MockOperation | undefined {
  const fits = ({ body: asked }: MockOperation) =>
    Object.entries(asked?.fixed ?? {}).every(
      ([field, value]) => String(value) === String(fieldOf(body, field) ?? false),
    );
  return operations.find(fits) ?? operations[0];
}
