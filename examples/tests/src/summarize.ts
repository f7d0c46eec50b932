import { Mistral, RateLimitError, textOf } from 'mistral-sdk';

/** The text in one sentence of a model, or its beginning while there are too many requests. */
export async function summarize(text: string, mistral = new Mistral()): Promise<string> {
  try {
    const reply = await mistral.chat.complete({
      model: 'mistral-small-latest',
      messages: [
        { role: 'system', content: 'Summarize in one sentence.' },
        { role: 'user', content: text },
      ],
    });
    return textOf(reply);
  } catch (error) {
    if (error instanceof RateLimitError) return `${text.slice(0, 20)}…`;
    throw error;
  }
}
