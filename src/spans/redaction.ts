import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import type { Redact } from './recording.js';

/**
 * What {@link redaction} finds: `secrets` are API keys, tokens, passwords and private keys; `cards` are numbers of payment
 * cards with a correct check digit.
 */
export type RedactionKind = 'secrets' | 'emails' | 'cards';

export interface RedactionOptions {
  /** @default all of them */
  readonly kinds?: readonly RedactionKind[] | undefined;
  /** Also replaced wherever they match. */
  readonly patterns?: readonly RegExp[] | undefined;
  /** Names of attributes whose whole text is replaced, such as `gen_ai.input.messages`. */
  readonly attributes?: readonly string[] | undefined;
  /** @default '[REDACTED]' */
  readonly replacement?: string | undefined;
}

type Replace = (text: string, replacement: string) => string;

/** Replaces all of a match but what the first group has in front of it. */
const replacing =
  (pattern: RegExp): Replace =>
  (text, replacement) =>
    text.replace(pattern, (_, before: unknown) => (typeof before === 'string' ? before : '') + replacement);

// Every repetition begins where it could not have begun before, or has a limit: texts may be long.
const secrets: readonly Replace[] = /* @__PURE__ */ (() =>
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    /\b((?:Bearer|Basic)\s{1,8})[\w.~+/=-]{8,}/gi,
    /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
    /\b(?:sk|pk|rk)[-_](?:[a-z]{2,12}[-_])?[\w-]{16,}/gi,
    /\b(?:gh[opsur]_|github_pat_|glpat-|npm_|hf_|xox[abeoprs]-|ya29\.|SG\.)[\w.-]{16,}/g,
    /\b(?:(?:AKIA|ASIA)[A-Z\d]{16}\b|AIza[\w-]{35})/g,
    /(:\/\/)[^\s/:@"\\]{1,256}:[^\s/@"\\]{1,256}(?=@)/g,
    // As in `api_key=…`, and in JSON, which may be in a text of JSON.
    /((?:api[-_ ]?key|(?:access|auth|refresh|id)[-_ ]?token|client[-_ ]?secret|secret[-_ ]?key|private[-_ ]?key|password|passwd)\\{0,4}["']?\s{0,8}[:=]\s{0,8}\\{0,4}["']?)(?!\[)[^\s"'\\,;&}]{4,}/gi,
  ].map(replacing))();

const emails: readonly Replace[] = [
  replacing(/(?<![\p{L}\d._%+-])[\p{L}\d._%+-]{1,64}@(?:[\p{L}\d-]{1,63}\.){1,8}\p{L}{2,63}/gu),
];

const cards: readonly Replace[] = [
  (text, replacement) =>
    text.replace(/(?<![\d.-])[2-6](?:[ -]?\d){13,18}(?![\d])/g, (number) =>
      hasCheckDigit(number.replace(/\D/g, '')) ? replacement : number,
    ),
];

/** The formula of ISO/IEC 7812. */
const hasCheckDigit = (digits: string): boolean =>
  Array.from(digits, Number)
    .toReversed()
    .reduce(
      (sum, digit, index) => sum + (index % 2 === 0 ? digit : ((digit * 2) % 10) + (digit > 4 ? 1 : 0)),
      0,
    ) %
    10 ===
  0;

const kinds: Readonly<Record<RedactionKind, readonly Replace[]>> = { secrets, emails, cards };
const optionNames = [
  'kinds',
  'patterns',
  'attributes',
  'replacement',
] as const satisfies readonly (keyof RedactionOptions)[];

/**
 * A `redact` that replaces secrets, e-mail addresses and card numbers wherever they stand in a text. It knows them by how they
 * look, so it is a net, not a wall: names and free text stay, and so does a secret that looks like any other word.
 *
 * @throws {ArgumentError} for an unknown or invalid option.
 *
 * @example
 * ```ts
 * import { redaction } from 'mistral-sdk/studio';
 *
 * const redact = redaction({ patterns: [/\bcustomer-\d+/g] });
 * console.log(redact('customer-17 wrote from ada@example.com', 'gen_ai.input.messages'));
 * ```
 */
export function redaction(options: RedactionOptions = {}): Redact {
  const { wanted, patterns, attributes, replacement } = readOptions(options);
  const replaces = [
    ...wanted.flatMap((kind) => kinds[kind]),
    ...patterns.map(
      (pattern): Replace =>
        (text) =>
          text.replace(pattern, () => replacement),
    ),
  ];
  return (text, place) =>
    attributes.has(place)
      ? replacement
      : replaces.reduce((shown, replace) => replace(shown, replacement), text);
}

function readOptions(options: RedactionOptions) {
  if (!isRecord(options as unknown)) throw new ArgumentError('redaction() takes an object of options');
  const unknown = unknownKey(options, optionNames, 'redaction()', {});
  if (unknown) throw new ArgumentError(unknown);
  const {
    kinds: wanted = Object.keys(kinds) as RedactionKind[],
    patterns = [],
    attributes = [],
    replacement = '[REDACTED]',
  } = options;
  if (!Array.isArray(wanted) || !wanted.every((kind) => Object.hasOwn(kinds, kind as string)))
    throw new ArgumentError(`redaction(): \`kinds\` must be a list of ${Object.keys(kinds).join(', ')}`);
  if (!Array.isArray(patterns) || !patterns.every((pattern) => pattern instanceof RegExp))
    throw new ArgumentError('redaction(): `patterns` must be a list of regular expressions');
  if (!Array.isArray(attributes) || !attributes.every((name) => typeof name === 'string'))
    throw new ArgumentError('redaction(): `attributes` must be a list of names');
  if (typeof replacement !== 'string') throw new ArgumentError('redaction(): `replacement` must be a text');
  return {
    wanted: wanted as readonly RedactionKind[],
    // Without `g`, the first match alone would be replaced.
    patterns: (patterns as readonly RegExp[]).map(
      ({ source, flags }) => new RegExp(source, flags.includes('g') ? flags : `${flags}g`),
    ),
    attributes: new Set(attributes as readonly string[]),
    replacement,
  };
}
