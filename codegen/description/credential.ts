import { isObject, type JsonObject } from './json.js';
import { PipelineError } from '../run/pipeline-error.js';
import { resolve } from './schema.js';

/** What authorizes the requests of an operation: the API key as a bearer token, unless it says otherwise. */
export interface Credential {
  /** The key of an administrator, which is another one. */
  readonly key?: 'adminApiKey';
  /** The header that carries the key as it is, instead of `Authorization`. */
  readonly header?: string;
}

/**
 * What an operation's `security` asks for, or that of the document where it has none.
 *
 * Of several alternatives, the API key as a bearer token is taken, or else the first that the client can send.
 *
 * @throws {PipelineError} if it can send none of them.
 */
export function credentialOf(
  document: JsonObject,
  { security = document.security }: JsonObject,
  subject: string,
): Credential {
  const alternatives = Array.isArray(security) ? security.filter(isObject) : [];
  if (alternatives.length === 0) return {};
  const known = alternatives.flatMap((names) => credentialFor(document, Object.keys(names)) ?? []);
  const credential = known.find(({ key, header }) => !key && !header) ?? known[0];
  if (credential) return credential;
  const wanted = alternatives.map((names) => Object.keys(names).join(' with ')).join(' or ');
  throw new PipelineError(
    `${subject}: wants ${wanted}, and the client sends a bearer token or a key in a header. Say in an overlay what it takes.`,
  );
}

function credentialFor(document: JsonObject, names: readonly string[]): Credential | undefined {
  const [name, ...others] = names;
  if (name === undefined) return {};
  if (others.length > 0) return undefined;
  const { securitySchemes = {} } = resolve(document, document.components ?? {});
  const given = resolve(document, securitySchemes)[name];
  if (given === undefined) return undefined;
  const scheme = resolve(document, given);
  const key = /admin/i.test(name) ? ({ key: 'adminApiKey' } as const) : {};
  if (scheme.type === 'http' && String(scheme.scheme).toLowerCase() === 'bearer') return key;
  if (scheme.type !== 'apiKey' || scheme.in !== 'header') return undefined;
  return { ...key, header: String(scheme.name).toLowerCase() };
}
