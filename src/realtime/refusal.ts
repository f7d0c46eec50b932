/** A response of Node's `http`, which `ws` exposes for a refused upgrade. */
export interface Refusal extends AsyncIterable<Uint8Array> {
  readonly statusCode?: number;
  readonly statusMessage?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** More of an error body is not useful. */
const maxBytes = 1024 * 1024;

/** The refusal as a Response, with as much of its body as arrives. */
export async function refusalOf(response: Refusal): Promise<Response> {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(response.headers)) {
    for (const value of [values].flat()) headers.append(name, value);
  }
  const text = await readText(response);
  return new Response(text || null, {
    status: response.statusCode ?? 500,
    statusText: response.statusMessage ?? '',
    headers,
  });
}

async function readText(response: Refusal): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of response) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > maxBytes) break;
    }
  } catch {
    // The status alone tells what went wrong, if the body is lost.
  }
  return text + decoder.decode();
}
