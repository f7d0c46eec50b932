import { createParser } from 'eventsource-parser';
import { Mistral, type CompletionChunk } from 'mistral-sdk';

const params = { model: 'mistral-small-latest', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const textIn = (chunk: CompletionChunk) => (chunk.choices[0]?.delta.content as string | undefined) ?? '';

/** What is compared, by name; the first is the floor. Each reads one streamed chat and gives its text. */
export const contenders = {
  async 'fetch and a callback'(url: string): Promise<string> {
    let text = '';
    const parser = createParser({
      onEvent({ data }) {
        if (data !== '[DONE]') text += textIn(JSON.parse(data) as CompletionChunk);
      },
    });
    const decoder = new TextDecoder();
    for await (const bytes of (await post(url)).body!) parser.feed(decoder.decode(bytes, { stream: true }));
    return text;
  },

  async 'fetch and a generator'(url: string): Promise<string> {
    let text = '';
    for await (const chunk of chunksOf(url)) text += textIn(chunk);
    return text;
  },

  async 'mistral-sdk'(url: string): Promise<string> {
    let text = '';
    for await (const chunk of client(url).chat.stream(params)) text += textIn(chunk);
    return text;
  },

  async 'mistral-sdk, finalMessage()'(url: string): Promise<string> {
    const { content } = await client(url).chat.stream(params).finalMessage();
    return content as string;
  },
};

const client = (url: string) => new Mistral({ apiKey: 'key', baseURL: url });

/** What a person writes who wants to `for await` over chunks. */
async function* chunksOf(url: string): AsyncGenerator<CompletionChunk> {
  const decoder = new TextDecoder();
  let chunks: CompletionChunk[] = [];
  const parser = createParser({
    onEvent({ data }) {
      if (data !== '[DONE]') chunks.push(JSON.parse(data) as CompletionChunk);
    },
  });
  for await (const bytes of (await post(url)).body!) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* chunks;
    chunks = [];
  }
}

const post = (url: string) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
    body: JSON.stringify({ ...params, stream: true }),
  });
