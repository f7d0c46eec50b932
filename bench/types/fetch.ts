const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };
const model = 'mistral-small-latest';

export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const body = { model, messages: [{ role: 'user', content: question }], max_tokens: 100 };
  const response = await fetch('https://api.mistral.ai/v1/chat/completions', {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) return `${response.status}: ${await response.text()}`;
  const reply = (await response.json()) as { choices: { message: { content: string } }[] };
  return reply.choices[0]!.message.content;
}

export async function models(): Promise<string[]> {
  const response = await fetch('https://api.mistral.ai/v1/models', { headers });
  const { data } = (await response.json()) as { data?: { id: string }[] };
  return (data ?? []).map(({ id }) => id);
}

export async function* stream(question: string): AsyncGenerator<string> {
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: question }] });
  const init = { method: 'POST', headers, body };
  const response = await fetch('https://api.mistral.ai/v1/chat/completions', init);
  for await (const bytes of response.body ?? []) yield new TextDecoder().decode(bytes);
}
