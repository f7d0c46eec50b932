import { ArgumentError } from '../errors/argument-error.js';
import { unknownKey } from '../internal/unknown-key.js';
import type { Redact } from './recording.js';
import { replacementsByKind, type RedactionKind, type Replace } from './sensitive-texts.js';

export type { RedactionKind };

export interface RedactionOptions {
  /** @default all of them */
  readonly kinds?: readonly RedactionKind[] | undefined;
  /** Also replaced wherever they match. In texts that are JSON, a line break is the two characters `\n`. */
  readonly patterns?: readonly RegExp[] | undefined;
  /** Names of attributes whose whole text is replaced, such as `gen_ai.input.messages`. */
  readonly attributes?: readonly string[] | undefined;
  /** @default '[REDACTED]' */
  readonly replacement?: string | undefined;
}

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
    ...wanted.flatMap((kind) => replacementsByKind[kind]()),
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

const kinds: readonly string[] = /* @__PURE__ */ Object.keys(replacementsByKind);

function readOptions(options: RedactionOptions) {
  const unknown = unknownKey(options, optionNames, 'redaction()', {});
  if (unknown) throw new ArgumentError(unknown);
  const {
    kinds: wanted = kinds as readonly RedactionKind[],
    patterns = [],
    attributes = [],
    replacement = '[REDACTED]',
  } = options;
  if (!Array.isArray(wanted) || !wanted.every((kind) => kinds.includes(kind as string)))
    throw new ArgumentError(`redaction(): \`kinds\` must be a list of ${kinds.join(', ')}`);
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
