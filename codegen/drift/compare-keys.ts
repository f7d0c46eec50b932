import { credentialOf } from '../description/credential.js';
import type { JsonObject } from '../description/json.js';
import { PipelineError } from '../run/pipeline-error.js';
import { canonical, isSame, sortedList } from './canonical.js';
import { code, type Finding } from './finding.js';

/** What has a `security`, and its document. */
type Secured = readonly [document: JsonObject, holder: JsonObject];

/** Whether two documents, or two operations, want the same key, and whether they say so in the same way. */
export function compareKeys(before: Secured, after: Secured, place: string): Finding[] {
  const [a, b] = [keyOf(...before), keyOf(...after)];
  if (a !== b) return [{ kind: 'key-changed', place, before: a, after: b }];
  const [said, saysNow] = [sortedList(before[1].security), sortedList(after[1].security)];
  if (isSame(said, saysNow)) return [];
  return [
    { kind: 'security-changed', place, before: code(canonical(said)), after: code(canonical(saysNow)) },
  ];
}

/** The key that the client sends, in words. */
export function keyOf(document: JsonObject, holder: JsonObject): string {
  try {
    const { key, header } = credentialOf(document, holder, '');
    const name = key === 'adminApiKey' ? 'the admin key' : 'the API key';
    return header === undefined ? name : `${name} in ${code(header)}`;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return 'what the client cannot send';
  }
}
