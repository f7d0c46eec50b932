import { operations, type Api, type Operation, type OperationTree } from '../../generated/api.gen.js';
import type { Transport } from '../transport/transport.js';
import type { RequestOptions, Resource } from './method.js';
import { perform } from './perform.js';

type Bound = {
  [name: string]: Bound | ((params?: Record<string, unknown>, options?: RequestOptions) => unknown);
};

/** Build `mistral.chat`, `mistral.files`, … from the generated table. */
export function bindResources(transport: Transport): Resource<Api> {
  // The table and the types come out of one run of the generator; here is where they meet.
  return bind(operations, transport) as unknown as Resource<Api>;
}

function bind(tree: OperationTree, transport: Transport): Bound {
  const bound: Bound = {};
  for (const [name, node] of Object.entries(tree)) {
    bound[name] = isOperation(node)
      ? (params, options) => perform(transport, node, params, options)
      : bind(node, transport);
  }
  return bound;
}

const isOperation = (node: OperationTree | Operation): node is Operation => typeof node.send === 'function';
