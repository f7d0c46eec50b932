/** An answer of Node's `http`, which is what `ws` gives for an upgrade that was refused. */
export interface Refusal extends AsyncIterable<Uint8Array> {
  readonly statusCode?: number;
  readonly statusMessage?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** More of an error is of no use to anybody. */
const maxBytes = 1024 * 1024;

/** The answer as a Response, with as much of its body as arrives. */
export async function refusalOf(answer: Refusal): Promise<Response> {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headers)) {
    for (const value of [values].flat()) headers.append(name, value);
  }
  const text = await readText(answer);
  return new Response(text || null, {
    status: answer.statusCode ?? 500,
    statusText: answer.statusMessage ?? '',
    headers,
  });
}

async function readText(answer: Refusal): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of answer) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > maxBytes) break;
    }
  } catch {
    // The status says what went wrong, even if the explanation was lost on the way.
  }
  return text + decoder.decode();
}
