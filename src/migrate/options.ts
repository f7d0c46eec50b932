import type ts from 'typescript';

import { fieldsOf } from './fields.js';
import { rewriteHTTPClient } from './http-client.js';
import { insert, replace, type Migration } from './migration.js';

/** Rewrites an option of a client or of a call that is more than its name. */
export function rewriteOption(
  migration: Migration,
  rule: string,
  property: ts.ObjectLiteralElementLike,
): void {
  const { compiler } = migration;
  const given = compiler.isPropertyAssignment(property) ? property.initializer : property.name;
  if (!given || !compiler.isExpression(given)) return migration.leave(property, 'write this option out');
  rules[rule]?.(migration, property, given);
}

type Rule = (migration: Migration, property: ts.ObjectLiteralElementLike, value: ts.Expression) => void;

const rules: Readonly<Record<string, Rule>> = {
  httpClient: rewriteHTTPClient,

  server(migration, property, value) {
    const { compiler } = migration;
    if (!compiler.isStringLiteral(value))
      return migration.leave(property, '`server` is `baseURL` here, such as https://api.eu.mistral.ai');
    const host = value.text === 'global' ? 'api.mistral.ai' : `api.${value.text}.mistral.ai`;
    const quote = value.getText()[0]!;
    replace(migration, property, `baseURL: ${quote}https://${host}${quote}`);
  },

  userAgent(migration, property, value) {
    const { compiler } = migration;
    if (compiler.isShorthandPropertyAssignment(property))
      return replace(migration, property, `headers: { 'user-agent': ${value.getText()} }`);
    migration.edit(property.getSourceFile(), {
      start: property.getStart(),
      end: value.getStart(),
      text: "headers: { 'user-agent': ",
    });
    insert(migration, value, value.end, ' }');
  },

  retries(migration, property, value) {
    const retry = retriesOf(migration, value);
    if (retry === undefined)
      return migration.leave(
        property,
        'retries that are not written out as numbers: `maxRetries` says how many, `retry: { initialDelayMs, maxDelayMs }` their delays',
      );
    replace(migration, property, retry);
  },

  fetchOptions(migration, property, value) {
    const { compiler } = migration;
    if (!compiler.isObjectLiteralExpression(value) || !fieldsOf(migration, value))
      return migration.leave(
        property,
        '`signal` and `headers` are options of the call here, the others stay in `fetchOptions`: write them out',
      );
    const isOwn = ({ name }: ts.ObjectLiteralElementLike): boolean =>
      name?.getText() === 'signal' || name?.getText() === 'headers';
    const [own, others] = [value.properties.filter(isOwn), value.properties.filter((each) => !isOwn(each))];
    if (own.length === 0) return;
    const texts = own.map((each) => each.getText());
    if (others.length > 0) texts.push(`fetchOptions: { ${others.map((each) => each.getText()).join(', ')} }`);
    replace(migration, property, texts.join(', '));
  },
};

function retriesOf(migration: Migration, value: ts.Expression): string | undefined {
  const { compiler } = migration;
  const fields = fieldsOf(migration, value);
  const strategy = fields?.get('strategy');
  if (!fields || !strategy || !compiler.isStringLiteral(strategy)) return undefined;
  if (strategy.text === 'none') return 'maxRetries: 0';
  if (fields.get('retryConnectionErrors')?.kind === compiler.SyntaxKind.FalseKeyword) return undefined;
  const backoff = fields.get('backoff');
  const delays = backoff ? fieldsOf(migration, backoff) : new Map<string, ts.Expression>();
  if (!delays) return undefined;
  const read = (name: string, usual: number): number => {
    const field = delays.get(name);
    if (!field) return usual;
    return compiler.isNumericLiteral(field) ? Number(field.text.replaceAll('_', '')) : NaN;
  };
  // The official SDK's own, for what is left out.
  const [initial, longest] = [read('initialInterval', 500), read('maxInterval', 60_000)];
  const [exponent, elapsed] = [read('exponent', 1.5), read('maxElapsedTime', 3_600_000)];
  if (![initial, longest, exponent, elapsed].every((each) => Number.isFinite(each) && each > 0))
    return undefined;
  let retries = 0;
  for (let waited = 0; retries < mostRetries; retries++) {
    waited += Math.min(initial * exponent ** retries, longest);
    if (waited > elapsed) break;
  }
  return `maxRetries: ${retries}, retry: { initialDelayMs: ${initial}, maxDelayMs: ${longest} }`;
}

/** An hour of retries is what the official SDK defaults to; so many last about ten minutes. */
const mostRetries = 10;
