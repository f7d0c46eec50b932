import { hash } from '../internal/hash.js';

/** The longest name of a function that the API accepts. */
const longestName = 64;

/**
 * The name of an MCP tool for the model: MCP allows dots and slashes in names, and 128 characters. A name that has to change ends
 * in a hash of the original, and never depends on the other tools: it stays the same whatever else the server lists.
 */
export function toolNameOf(name: string, prefix: string): string {
  const wanted = prefix + name;
  const allowed = wanted.replace(/[^\w-]/g, '_');
  if (allowed === wanted && wanted.length <= longestName) return wanted;
  const suffix = `_${hash(wanted).toString(36)}`;
  return allowed.slice(0, longestName - suffix.length) + suffix;
}
