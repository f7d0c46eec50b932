import { isRecord } from '../internal/is-record.js';
import { redacted, scrubbing } from '../internal/scrub.js';

/** Takes out of JSON what must not be kept. */
export type ScrubJson = (value: unknown) => unknown;

/**
 * Make a function that takes these secrets out of every string, and whatever looks like one: keys, tokens, signatures of URLs,
 * and the values of fields that are named for a secret.
 *
 * @param more - Is handed every string, and gives it back without what only it knows to be private.
 */
export function scrubSecrets(secrets: readonly string[], more: (text: string) => string): ScrubJson {
  const known = scrubbing(() => secrets);
  const scrubText = (text: string) =>
    more(patterns.reduce((rest, [pattern, by]) => rest.replace(pattern, by), known(text)));
  const scrub = (value: unknown): unknown => {
    if (typeof value === 'string') return scrubText(value);
    if (Array.isArray(value)) return value.map(scrub);
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).map(([name, field]) => [
      scrubText(name),
      secretName.test(name) ? hide(field) : scrub(field),
    ]);
    return Object.fromEntries(entries) as unknown;
  };
  return scrub;
}

/** Every text in the value. */
function hide(value: unknown): unknown {
  if (typeof value === 'string') return redacted;
  if (Array.isArray(value)) return value.map(hide);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, hide(field)]));
}

const names =
  'api[-_]?key|authorization|password|passwd|client[-_]?secret|secret|access[-_]?token|refresh[-_]?token|private[-_]?key';

const secretName = new RegExp(`^(x-)?(${names})$`, 'i');

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic) +[\w.~+/-]{8,}=*/gi, `$1 ${redacted}`],
  [/\b(sk|rk|pk|ghp|xox[abp])[-_][\w-]{16,}/g, redacted],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+/g, redacted],
  // Of URLs that are signed, as those of stored files are.
  [
    new RegExp(
      `([?&](?:sig|signature|key|token|x-(?:amz|goog)-(?:signature|credential|security-token)|${names})=)[^&#\\s"'\\\\]+`,
      'gi',
    ),
    `$1${redacted}`,
  ],
  // In JSON that travels as text, such as the events of a stream, with its quotes escaped as often as it is nested.
  [new RegExp(`(\\\\*")((?:x-)?(?:${names}))\\1( *: *)\\1.*?(?<!\\\\)\\1`, 'gis'), `$1$2$1$3$1${redacted}$1`],
];

/** What the SDK looks at, and what a person asks for when something went wrong. Any other header might hold something private. */
const keptHeaders = [
  'content-type',
  'content-disposition',
  'location',
  'mistral-correlation-id',
  'retry-after',
  'retry-after-ms',
  'x-kong-request-id',
  'x-request-id',
  'x-should-retry',
];

export const keepHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    [...headers].filter(([name]) => keptHeaders.includes(name) || name.includes('ratelimit')),
  );
