import { fileURLToPath } from 'node:url';

import { isObject } from '../description/json.js';
import type { Route } from '../description/routes.js';
import { readYaml } from '../files/read-yaml.js';
import { withoutNames } from './name-candidates.js';

/** What the official SDK calls the operation of a route; `undefined` where a rule says it, or it has none. */
export type OfficialNames = (route: Pick<Route, 'method' | 'pathKey'>) => string | undefined;

/** The table of names, by route: versions of upstream's name the parameters of one path in different ways. */
export function officialNames(
  file = fileURLToPath(new URL('official-names.yaml', import.meta.url)),
): OfficialNames {
  const table = readYaml(file);
  const names = new Map(
    Object.entries(isObject(table) ? table : {}).map(([route, name]) => [withoutNames(route), String(name)]),
  );
  return ({ method, pathKey }) =>
    names.get(withoutNames(`${method} ${pathKey.replace(/#(?!stream$).*/, '')}`));
}
