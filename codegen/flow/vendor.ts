import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { stringify } from 'yaml';

import type { JsonObject } from '../description/json.js';
import { readUpstream } from '../files/read-upstream.js';
import { readYaml } from '../files/read-yaml.js';

/** A version of the description to vendor. */
export interface NewVersion {
  readonly text: string;
  /** What to call it in messages: its file or URL. */
  readonly name: string;
  /** What to call the version in `source.json`, such as `2026-07-15`; the beginning of its sha256 if left out. */
  readonly version?: string | undefined;
  /** Which file of upstream's it is, for `source.json`; what its URL or its own name says if left out. */
  readonly file?: string | undefined;
  /** The date that is given for what it no longer has. */
  readonly date: string;
  /** Routes that upstream dropped and that go with it: `GET /v1/lamps`, or `all`. The others stay, deprecated. */
  readonly drop?: readonly string[] | undefined;
}

/** Put a version into `spec/`, with where it came from. */
export function vendor(folder: string, { text, name, version, file: upstreamFile }: NewVersion): JsonObject {
  const { document, isStrict: isValid } = readUpstream(text, name);
  const vendored = isValid ? text : stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
  const file = join(folder, 'openapi.yaml');
  writeFileSync(file, vendored);

  const sourceFile = join(folder, 'source.json');
  const { note: _, ...source } = readYaml(sourceFile) as JsonObject;
  const sha256 = createHash('sha256').update(vendored).digest('hex');
  const note = "Written anew from what it says: upstream's own file of that version is not valid YAML.";
  const said = {
    ...source,
    ...originOf(name),
    ...(upstreamFile === undefined ? {} : { file: upstreamFile }),
    version: version ?? sha256.slice(0, 12),
    sha256,
    ...(isValid ? {} : { note }),
  };
  writeFileSync(sourceFile, `${JSON.stringify(said, undefined, 2)}\n`);
  return document;
}

/** Which file a description is, and of which repository, as far as its name tells. */
function originOf(name: string): { readonly repository?: string; readonly file: string } {
  const ofGitHub = /^https:\/\/raw\.githubusercontent\.com\/([^/]+\/[^/]+)\/[^/]+\/([^?#]+)/.exec(name);
  if (ofGitHub) return { repository: ofGitHub[1]!, file: ofGitHub[2]! };
  return { file: basename(URL.canParse(name) ? new URL(name).pathname : name) };
}
