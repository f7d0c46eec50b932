import { decodeBase64 } from '../internal/decode-base64.js';
import { toBase64 } from '../internal/encode-base64.js';
import { isRecord } from '../internal/is-record.js';
import { redacted, scrubbing } from '../internal/scrub.js';
import { exactJson } from './exact-json.js';
import type { Bytes } from './lazy-body.js';
import type { RecordedBody, RecordedPart } from './recording.js';

/** Takes out of what is recorded what must not be kept. What has nothing of the kind stays as it is. */
export interface Scrubber {
  text(text: string): string;
  query(parameter: readonly [name: string, value: string]): [string, string];
  body(body: RecordedBody): RecordedBody;
}

/**
 * Make what takes out these secrets, and whatever looks like one: keys, tokens, signatures of URLs, and the values of fields
 * that are named for a secret.
 *
 * It looks at what a text says, however it is written: as JSON in JSON, with escapes, for a URL, as base64.
 *
 * @param more - Is handed every text, and gives it back without what only it knows to be private.
 */
export function scrubSecrets(secrets: readonly string[], more: (text: string) => string): Scrubber {
  const known = scrubbing(() => secrets);
  const scrubPlain = (text: string): string =>
    more(patterns.reduce((rest, [pattern, by]) => rest.replace(pattern, by), hideFields(known(text))));

  const scrubText = (text: string, depth = 0): string => {
    if (depth > deepest) return scrubPlain(text);
    const json = exactJson(text);
    if (json !== undefined) {
      const clean = JSON.stringify(scrubValue(json, depth + 1));
      // A field that stands there twice is only once in the value.
      return clean === JSON.stringify(json) ? scrubPlain(text) : clean;
    }
    const lines = scrubPlain(text).split('\n');
    const clean = lines.map((line) => (exactJson(line) === undefined ? line : scrubText(line, depth + 1)));
    return scrubEncoded(clean.join('\n'), depth + 1);
  };

  /** What a text says in other words. It is decoded where that shows something, and only there. */
  const scrubEncoded = (text: string, depth: number): string => {
    const decoded = unescaped(text);
    const clean = decoded === text ? text : scrubText(decoded, depth);
    const plain = clean === decoded ? text : clean;
    return plain
      .replace(words, (word) => {
        for (const spaced of word.includes('%') ? [word, word.replaceAll('+', ' ')] : []) {
          const unquoted = spaced.replace(/(?:%[\da-f]{2})+/gi, unquote);
          const quiet = unquoted === word ? word : scrubText(unquoted, depth);
          if (quiet !== unquoted) return quiet.replace(/[\s"<>%]/g, encodeURIComponent);
        }
        return word;
      })
      .replace(base64Words, (word) => {
        const bytes = decodeBase64(word.replaceAll('-', '+').replaceAll('_', '/'));
        const clear = bytes && scrubBytes(bytes, depth);
        return !clear || clear === bytes ? word : toBase64(clear);
      });
  };

  const scrubBytes = (bytes: Bytes, depth = 0): Bytes => {
    const text = textIn(bytes);
    const all = text ?? binaryIn(bytes);
    const clean =
      text === undefined
        ? all.replace(textRuns, (run) => {
            const said = new TextDecoder().decode(bytesOf(run));
            const quiet = scrubText(said, depth);
            return quiet === said ? run : binaryIn(new TextEncoder().encode(quiet));
          })
        : scrubText(text, depth);
    if (clean === all) return bytes;
    return text === undefined ? bytesOf(clean) : new TextEncoder().encode(clean);
  };

  const scrubValue = (value: unknown, depth = 0): unknown => {
    if (typeof value === 'string') return scrubText(value, depth);
    if (typeof value === 'number') return known(String(value)) === String(value) ? value : 0;
    if (Array.isArray(value)) return value.map((item) => scrubValue(item, depth));
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).map(([name, field]) => [
      scrubText(name, depth),
      secretName.test(name) ? hide(field) : scrubValue(field, depth),
    ]);
    return Object.fromEntries(entries) as unknown;
  };

  /** The data of an event may go over several lines. */
  const scrubEvent = (event: string): string => {
    const lines = event.split(/\r\n|\n|\r/);
    const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.replace(/^data: ?/, ''));
    const said = data.join('\n');
    const clean = scrubText(said);
    if (clean === said) return scrubText(event);
    const others = lines.filter((line) => !line.startsWith('data:'));
    return [
      ...others.map((line) => scrubText(line)),
      ...clean.split('\n').map((line) => `data: ${line}`),
    ].join('\n');
  };

  const scrubBase64 = (base64: string): string => {
    const bytes = decodeBase64(base64);
    const clean = bytes && scrubBytes(bytes);
    return !clean || clean === bytes ? base64 : toBase64(clean);
  };

  const scrubPart = (part: RecordedPart): RecordedPart => {
    const { name, filename } = part;
    const about = {
      ...part,
      name: scrubText(name),
      ...(filename === undefined ? {} : { filename: scrubText(filename) }),
    };
    if ('base64' in about) return { ...about, base64: scrubBase64(about.base64) };
    return { ...about, text: secretName.test(name) ? redacted : scrubText(about.text) };
  };

  return {
    text: (text) => scrubText(text),
    query: ([name, value]) => [
      scrubText(name),
      secretName.test(name) || signature.test(name) ? redacted : scrubText(value),
    ],
    body(body) {
      if ('json' in body) return { json: scrubValue(body.json) };
      if ('text' in body) return { text: scrubText(body.text) };
      if ('base64' in body) return { base64: scrubBase64(body.base64) };
      if ('form' in body) return { form: body.form.map(scrubPart) };
      const { events, rest } = body;
      return { events: events.map(scrubEvent), ...(rest === undefined ? {} : { rest: scrubEvent(rest) }) };
    },
  };
}

/** How often a text may be written in another way, one in the other. */
const deepest = 5;

/** Every text and number in the value; its form stays. */
function hide(value: unknown): unknown {
  if (typeof value === 'string') return redacted;
  if (typeof value === 'number') return 0;
  if (Array.isArray(value)) return value.map(hide);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, hide(field)]));
}

const names =
  '(?:x[-_])?(?:api[-_]?key|authorization|password|passwd|client[-_]?secret|secret|(?:(?:access|refresh|session|auth|id|security)[-_]?)?token|private[-_]?key)';

const secretName = new RegExp(`^${names}$`, 'i');

/** Names in the query of a URL that is signed, as those of stored files are. */
const signatures = 'sig|signature|key|x-(?:amz|goog)-(?:signature|credential|security-token)';

const signature = new RegExp(`^(?:${signatures})$`, 'i');

/** None looks for its end again and again, however long a text is. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic) +[\w.~+/-]{8,}=*/gi, `$1 ${redacted}`],
  [/\b(sk|rk|pk|ghp|xox[abp])[-_][\w-]{16,}/g, redacted],
  [/\beyJ[\w-]{8,500}\.[\w-]{8,}\.[\w-]+/g, redacted],
  [new RegExp(`([?&](?:${signatures}|${names})=)[^&#\\s"'\\\\]+`, 'gi'), `$1${redacted}`],
];

const fieldStart = new RegExp(`"${names}(\\\\*)"\\s*:\\s*`, 'gi');

/** Fields of JSON in a text, with their quotes escaped as often as it is nested. */
function hideFields(text: string): string {
  let clean = '';
  let from = 0;
  for (const { 0: start, 1: escape = '', index } of text.matchAll(fieldStart)) {
    const at = index + start.length;
    if (index < from) continue;
    const quote = `${escape}"`;
    const number = /^-?\d[\d.e+-]*/i.exec(text.slice(at, at + 40))?.[0];
    if (number !== undefined) {
      clean += `${text.slice(from, at)}0`;
      from = at + number.length;
    } else if (text.startsWith(quote, at)) {
      clean += text.slice(from, at) + quote + redacted;
      from = endOf(text, at + quote.length, escape.length);
    }
  }
  return clean + text.slice(from);
}

/** Where the quote stands that ends a text, which begins with so many backslashes before its own; or the end of it all. */
function endOf(text: string, start: number, depth: number): number {
  for (let at = text.indexOf('"', start); at !== -1; at = text.indexOf('"', at + 1)) {
    let first = at;
    while (first > start && text[first - 1] === '\\') first -= 1;
    // A backslash in the text is written as twice as many as one level has, and so is one more quote.
    if ((at - first) % (2 * (depth + 1)) === depth) return at - depth;
  }
  return text.length;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Without one level of the escapes of JSON. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|(["\\/ntr]))/gi, (_, code: string | undefined, char: string) =>
    code === undefined ? (escapes[char] ?? char) : String.fromCharCode(parseInt(code, 16)),
  );

const words = /[^\s"<>]+/g;
const base64Words = /[\w+/-]{12,}={0,2}/g;

function unquote(quoted: string): string {
  try {
    return decodeURIComponent(quoted);
  } catch {
    return quoted;
  }
}

/** Text in bytes that are none as a whole; each character is a byte. */
const textRuns =
  /(?:[\t\n\r -~]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){8,}/g;

function binaryIn(bytes: Bytes): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return binary;
}

const bytesOf = (binary: string): Bytes => Uint8Array.from(binary, (char) => char.charCodeAt(0));

/** `undefined` for what is no text: bytes that UTF-8 has not, and control characters that no text has. */
export function textIn(bytes: Bytes): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

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
