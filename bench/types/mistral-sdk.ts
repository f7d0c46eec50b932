import { APIError, Mistral, textOf } from 'mistral-sdk';

const mistral = new Mistral();
const model = 'mistral-small-latest';

export async function ask(question: string, signal: AbortSignal): Promise<string> {
  try {
    const reply = await mistral.chat.complete(
      { model, messages: [{ role: 'user', content: question }], max_tokens: 100 },
      { signal },
    );
    return textOf(reply);
  } catch (error) {
    if (error instanceof APIError) return `${error.status}: ${error.message}`;
    throw error;
  }
}

export async function models(): Promise<string[]> {
  const { data } = await mistral.models.list();
  return (data ?? []).map(({ id }) => id);
}

export async function* stream(question: string): AsyncGenerator<string> {
  yield* mistral.chat.stream({ model, messages: [{ role: 'user', content: question }] }).text();
}
