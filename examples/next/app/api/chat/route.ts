import { APIError, Mistral, type ChatMessage } from 'mistral-sdk';

// `next build` loads this module, mostly where there is no key: it is looked up with the first call.
const mistral = new Mistral();

/** Passes a chat on to the page as it comes. Whoever reaches this spends the key's money: put a login and limits in front. */
export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: ChatMessage[] };
  try {
    // Awaited, so that what the API refuses has a status, and is not a stream that breaks.
    const stream = await mistral.chat.stream(
      { model: 'mistral-small-latest', messages },
      { signal: request.signal },
    );
    return new Response(stream.toReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
  } catch (error) {
    if (error instanceof APIError) return Response.json(error.body ?? null, { status: error.status });
    throw error;
  }
}
