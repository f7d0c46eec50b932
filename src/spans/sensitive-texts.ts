/**
 * What {@link redaction} finds: `secrets` are API keys, tokens, passwords and private keys; `cards` are numbers of payment
 * cards with a correct check digit.
 */
export type RedactionKind = 'secrets' | 'emails' | 'cards';

export type Replace = (text: string, replacement: string) => string;

/** What replaces the texts of each kind. Texts may be JSON, and stay JSON. */
export const replacementsByKind: Readonly<Record<RedactionKind, () => readonly Replace[]>> = {
  secrets: replaceSecrets,
  emails: replaceEmails,
  cards: () => [replaceCards],
};

/** Replaces all of a match but what the first group has in front of it. */
function replacing(source: string, flags = ''): Replace {
  const pattern = new RegExp(source, `g${flags}`);
  return (text, replacement) =>
    text.replace(pattern, (_, before: unknown) => (typeof before === 'string' ? before : '') + replacement);
}

// Every repetition begins where it could not have begun before, or has a limit: texts may be long.
function replaceSecrets(): readonly Replace[] {
  // After an escape of JSON, too: the `n` of `\n` is no letter of the word.
  const start = String.raw`(?:\b|(?<=\\[bfnrt]|\\u[\da-f]{4}))`;
  return [
    replacing(
      String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|(?=\\{0,8}")|$)`,
    ),
    replacing(String.raw`(${start}(?:Bearer|Basic)\s{1,8})[\w.~+/=-]{8,}`, 'i'),
    replacing(String.raw`${start}eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?`),
    replacing(String.raw`${start}(?:sk|pk|rk)[-_](?:[a-z]{2,12}[-_])?[\w-]{16,}`, 'i'),
    replacing(
      String.raw`${start}(?:gh[opsur]_|github_pat_|glpat-|npm_|hf_|xox[abeoprs]-|ya29\.|SG\.)[\w.-]{16,}`,
    ),
    replacing(String.raw`${start}(?:(?:AKIA|ASIA)[A-Z\d]{16}\b|AIza[\w-]{35})`),
    replacing(String.raw`(:(?:\\{0,8}/){2})[^\s/:@"\\]{0,256}:[^\s/@"\\]{1,256}(?=@)`),
    // A signed URL opens without any other key.
    replacing(
      String.raw`((?:[?&]|&amp;|\\u0026)(?:sig|signature|token|key|x-(?:amz|goog)-(?:signature|credential|security-token))=)[^\s"'\\&#<>]{4,}`,
      'i',
    ),
    replaceAssignments(),
  ];
}

interface Assignment {
  readonly head: string;
  readonly nameQuote?: string;
  readonly quote?: string;
  readonly bare?: string;
}

/**
 * As in `api_key=…`, and in JSON, which may be in a text of JSON: each level has more backslashes before a quote. A quoted value
 * ends at its quote, and at the latest with the text of JSON that it is in.
 */
function replaceAssignments(): Replace {
  const names =
    'api[-_ ]?key|access[-_ ]?key|secret[-_ ]?key|private[-_ ]?key|(?:access|auth|refresh|id)[-_ ]?token|' +
    '(?:client|app|webhook|signing)[-_ ]?secret|password|passwd|passphrase';
  const pattern = new RegExp(
    String.raw`(?<head>(?:${names})(?<nameQuote>\\{0,8}["'])?\s{0,8}[:=]\s{0,8})` +
      String.raw`(?:(?<quote>\\{0,8}["'])(?:(?!(?<!\\)(?:\k<quote>|"))[^\n]){1,8192}|(?!\[)(?<bare>[^\s"'\\,;&}]{4,}))`,
    'gi',
  );
  return (text, replacement) =>
    text.replace(pattern, (match: string, ...groups: unknown[]) => {
      // The last argument is the object of the named groups.
      const { head, nameQuote, quote, bare = '' } = groups.at(-1) as Assignment;
      if (quote !== undefined) return head + quote + replacement;
      if (nameQuote === undefined) return head + replacement;
      // A number of JSON becomes a text of JSON.
      return /^(?:null|true|false)$/.test(bare) ? match : head + nameQuote + replacement + nameQuote;
    });
}

function replaceEmails(): readonly Replace[] {
  const local = String.raw`\p{L}\d._%+\-`;
  // Not the letter of an escape of JSON, but what follows it.
  const start = String.raw`(?:(?<![${local}\\])|(?<=\\[bfnrt]|\\u[\da-fA-F]{4})|(?<=\\)(?!u[\da-fA-F]{4}|[bfnrt]))`;
  return [
    replacing(String.raw`${start}[${local}]{1,64}(?:@|%40)(?:[\p{L}\d-]{1,63}\.){1,8}\p{L}{2,63}`, 'u'),
  ];
}

/** In the groups of cards, or in none, and perhaps with a date or a code after it. */
const card =
  /(?:(?<![\d.-])|(?<=\\u[\da-fA-F]{4}))(?:[2-6]\d{13,18}|[2-6]\d{3}(?:[ \u00a0\u202f-]\d{4}){3}(?:[ \u00a0\u202f-]\d{1,3})?|3\d{3}[ \u00a0\u202f-]\d{6}[ \u00a0\u202f-]\d{4,5})(?!\d)/g;

function replaceCards(text: string, replacement: string): string {
  const pattern = new RegExp(card);
  let shown = '';
  let done = 0;
  for (;;) {
    const match = pattern.exec(text);
    if (!match) return shown + text.slice(done);
    const { 0: found, index } = match;
    const number = [found, found.replace(/\D\d{1,3}$/, '')].find(hasCheckDigit);
    if (number === undefined) {
      // Another may begin with the next group.
      pattern.lastIndex = index + 1;
      continue;
    }
    // A number of JSON becomes a text of JSON.
    const quote = /(\\{0,8}")\s?:\s?$/.exec(text.slice(Math.max(0, index - 16), index))?.[1] ?? '';
    shown += text.slice(done, index) + quote + replacement + quote;
    done = pattern.lastIndex = index + number.length;
  }
}

/** The formula of ISO/IEC 7812. */
const hasCheckDigit = (number: string): boolean =>
  Array.from(number.replace(/\D/g, ''), Number)
    .toReversed()
    .reduce(
      (sum, digit, index) => sum + (index % 2 === 0 ? digit : ((digit * 2) % 10) + (digit > 4 ? 1 : 0)),
      0,
    ) %
    10 ===
  0;
