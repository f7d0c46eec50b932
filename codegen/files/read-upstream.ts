import { CORE_SCHEMA, load, type YAMLException } from 'js-yaml';
import { parseDocument } from 'yaml';

import { isObject, nameOfType, type JsonObject, type JsonValue } from '../description/json.js';
import { readFast } from './read-yaml.js';
import { PipelineError } from '../run/pipeline-error.js';

/** Far above any description, and far below what aliases of aliases can multiply to. */
const maxNodes = 5_000_000;

/**
 * Read a description as upstream publishes it, which is not always valid YAML.
 *
 * Strict YAML 1.2 comes first. What that refuses, js-yaml 4.1 may still read: unlike its later versions it
 * accepts a quoted text of several lines whose closing quote stands in column 0, as upstream has shipped.
 * Nothing in the result is shared, whatever aliases the file uses, so it can be changed in place.
 *
 * @param name - What to call the text in a message: its file or URL.
 * @throws {PipelineError} if neither reads it (with line and column), or if it is no OpenAPI description.
 */
export const readUpstreamYaml = (text: string, name: string): JsonObject => readUpstream(text, name).document;

/** What upstream publishes. */
export interface UpstreamText {
  readonly document: JsonObject;
  /** Whether it is YAML as the standard has it, so that any tool reads it. */
  readonly isStrict: boolean;
}

/** The same as {@link readUpstreamYaml}, with what kind of YAML it is. */
export function readUpstream(text: string, name: string): UpstreamText {
  if (/^\s*<[!?a-z]/i.test(text)) {
    throw new PipelineError(
      `${name}: is a web page, not an OpenAPI description. A proxy or a sign-in page may have responded instead: fetch the file yourself, and give its path.`,
    );
  }
  const { value, isStrict } = parse(text, name);
  const document = unshare(value, name);
  if (!isObject(document)) {
    throw new PipelineError(
      `${name}: holds ${nameOfType(document)}, not an OpenAPI description. Give the file or URL of one.`,
    );
  }
  if (typeof document.openapi !== 'string' || !isObject(document.paths)) {
    const missing = typeof document.openapi === 'string' ? '`paths`' : '`openapi: 3.x.y`';
    throw new PipelineError(
      `${name}: has no ${missing}, so it is no OpenAPI 3 description. Give the file or URL of one.`,
    );
  }
  return { document, isStrict };
}

function parse(text: string, name: string): { readonly value: unknown; readonly isStrict: boolean } {
  const fast = readFast(text);
  if (fast !== undefined) return { value: fast, isStrict: true };
  const strict = parseDocument(text, { uniqueKeys: true, logLevel: 'silent' });
  try {
    const isStrict = strict.errors.length === 0;
    return { value: isStrict ? strict.toJS() : load(text, { schema: CORE_SCHEMA }), isStrict };
  } catch (cause) {
    // What the tolerant reader stopped at: the strict one may have stopped earlier, at what can be read.
    const { reason, mark } = cause as Partial<YAMLException>;
    const place = mark ? `:${mark.line + 1}:${mark.column + 1}` : '';
    throw new PipelineError(
      `${name}${place}: not valid YAML: ${reason ?? (cause as Error).message}\n  Repair that place in a copy of the file, and give the path of the copy.`,
      { cause },
    );
  }
}

/** A copy in which an alias is a copy too. */
function unshare(root: unknown, name: string): JsonValue {
  let nodes = 0;
  const above = new Set<unknown>();
  const refuse = (what: string): never => {
    throw new PipelineError(`${name}: not valid YAML: ${what}\n  Write out what the aliases stand for.`);
  };
  const copy = (value: unknown): JsonValue => {
    if (++nodes > maxNodes) refuse('aliases multiply it beyond any use');
    if (typeof value !== 'object' || value === null) return value as JsonValue;
    if (above.has(value)) refuse('an alias stands for what it is part of');
    above.add(value);
    const copied = Array.isArray(value)
      ? value.map(copy)
      : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
    above.delete(value);
    return copied;
  };
  return copy(root);
}
