/** A text in every form in which it may stand in another, whole or from its beginning on. */
export function encodingsOf(text: string): Readonly<Record<string, string>> {
  const escaped = JSON.stringify(text).slice(1, -1);
  const escapedBeyondASCII = escaped.replace(
    /[^ -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const whole: Record<string, string> = {
    plain: text,
    JSON: escaped,
    'escaped JSON': escapedBeyondASCII,
    'JSON in JSON': JSON.stringify(escaped).slice(1, -1),
    URL: encodeURIComponent(text),
    form: new URLSearchParams([['', text]]).toString().slice(1),
  };
  for (const charset of ['utf8', 'latin1'] as const) {
    const bytes = Buffer.from(text, charset);
    whole[`hex of ${charset}`] = bytes.toString('hex');
    whole[`percent of ${charset}`] = [...bytes]
      .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
      .join('');
    for (const offset of [0, 1, 2]) {
      // The characters that hold bits of what stands before and after are of no use.
      const base64 = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
      const alone = base64.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
      whole[`base64 of ${charset} at ${offset}`] = alone;
      whole[`base64url of ${charset} at ${offset}`] = alone.replaceAll('+', '-').replaceAll('/', '_');
    }
  }
  return whole;
}

const shortest = 12;

const beginnings = new Map<string, readonly (readonly [form: string, beginning: string])[]>();

function beginningsOf(text: string) {
  const known = beginnings.get(text);
  if (known) return known;
  const found = Object.entries(encodingsOf(text)).map(
    ([name, form]) => [name, form.slice(0, shortest).toLowerCase()] as const,
  );
  beginnings.set(text, found);
  return found;
}

/** The names of the forms of a text that stand in another, be it only the beginning. */
export function foundIn(haystack: string, text: string): string[] {
  const said = haystack.toLowerCase();
  return beginningsOf(text)
    .filter(([, beginning]) => said.includes(beginning))
    .map(([name]) => name);
}
