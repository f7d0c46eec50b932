/** A program that knows more of the API than the description does, and says so to the compiler. */
import { textOf, type Mistral } from 'mistral-sdk';
import { runTools } from 'mistral-sdk/tools';

declare module 'mistral-sdk' {
  interface ChatCompletionRequest {
    brand_new_parameter?: 'a' | 'b' | undefined;
  }
  interface ChatCompletionResponse {
    brand_new_field?: string;
  }
}

export async function useNews(mistral: Mistral): Promise<string> {
  const params = { model: 'mistral-small-latest', messages: [], brand_new_parameter: 'a' } as const;
  const reply = await mistral.chat.complete({ ...params, brand_new_parameter: 'b' });
  await runTools(mistral.chat, params, { tools: [] });
  // @ts-expect-error it says which values there are
  await mistral.chat.complete({ ...params, brand_new_parameter: 'c' });
  return textOf(reply) + (reply.brand_new_field ?? '');
}
