import { operations, type Api, type Described } from '../../generated/api.gen.js';
import { captureCaller } from '../errors/caller.js';
import { inspectAs } from '../internal/inspect-as.js';
import type { Transport } from '../transport/transport.js';
import type { RequestOptions, Resource } from './method.js';
import { perform } from './perform.js';
import { nameOf, readOperation } from './read-operation.js';
import type { Values } from './send-operation.js';

type Method = (params?: Values, options?: RequestOptions) => unknown;

type Bound = { [name: string]: Bound | Method };

/** Build `mistral.chat`, `mistral.files`, … from the generated table. */
export function bindResources(transport: Transport): Resource<Api> {
  const root: Bound = {};
  for (const described of operations) {
    const words = nameOf(described).split('.');
    const name = words.pop()!;
    let path = 'mistral';
    let resource = root;
    for (const word of words) {
      path += `.${word}`;
      // No name is that of a method and of a resource.
      resource = (resource[word] ??= resourceAt(path)) as Bound;
    }
    resource[name] = methodOf(name, transport, described);
  }
  // The table and the types come out of one generator run; this cast joins them.
  return root as unknown as Resource<Api>;
}

function resourceAt(path: string): Bound {
  const bound: Bound = {};
  inspectAs(bound, () => {
    const members = Object.entries(bound).map(([name, node]) =>
      typeof node === 'function' ? `${name}()` : name,
    );
    return `${path} { ${members.join(', ')} }`;
  });
  return bound;
}

/** A computed property names its function, which stacks and consoles show. */
const methodOf = (name: string, transport: Transport, described: Described<unknown>): Method =>
  ({
    [name]: (params?: Values, options?: RequestOptions) =>
      perform(transport, readOperation(described), captureCaller(), params, options),
  })[name]!;
