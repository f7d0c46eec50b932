import { operations, type Api, type Operation, type OperationTree } from '../../generated/api.gen.js';
import { captureCaller } from '../errors/caller.js';
import { inspectAs } from '../internal/inspect-as.js';
import type { Transport } from '../transport/transport.js';
import type { RequestOptions, Resource } from './method.js';
import { perform } from './perform.js';
import type { Values } from './send-operation.js';

type Method = (params?: Values, options?: RequestOptions) => unknown;

type Bound = { [name: string]: Bound | Method };

/** Build `mistral.chat`, `mistral.files`, … from the generated table. */
export function bindResources(transport: Transport): Resource<Api> {
  // The table and the types come out of one generator run; this cast joins them.
  return bind('mistral', operations, transport) as unknown as Resource<Api>;
}

function bind(path: string, tree: OperationTree, transport: Transport): Bound {
  const bound: Bound = {};
  for (const [name, node] of Object.entries(tree)) {
    bound[name] = isOperation(node)
      ? methodOf(name, transport, node)
      : bind(`${path}.${name}`, node, transport);
  }
  inspectAs(bound, () => {
    const members = Object.entries(bound).map(([name, node]) =>
      typeof node === 'function' ? `${name}()` : name,
    );
    return `${path} { ${members.join(', ')} }`;
  });
  return bound;
}

/** A computed property names its function, which stacks and consoles show. */
const methodOf = (name: string, transport: Transport, operation: Operation): Method =>
  ({
    [name]: (params?: Values, options?: RequestOptions) =>
      perform(transport, operation, captureCaller(), params, options),
  })[name]!;

const isOperation = (node: OperationTree | Operation): node is Operation => typeof node.send === 'function';
