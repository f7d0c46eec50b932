/** A program with LangChain, whose classes a program gets by `import` or by `require`, and ours have to be those of either. */
import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { HumanMessage, type AIMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import { Mistral } from 'mistral-sdk';
import { ChatMistral, MistralEmbeddings } from 'mistral-sdk/langchain';

export const chat: BaseChatModel = new ChatMistral({ model: 'mistral-small-latest', client: new Mistral() });
export const embeddings: Embeddings = new MistralEmbeddings();
export const model = new ChatMistral({ model: 'mistral-small-latest' });
export const reply = (): Promise<AIMessage> => model.bindTools([]).invoke([new HumanMessage('Hi')]);
export const chain = model
  .withStructuredOutput<{ name: string }>({ type: 'object' })
  .pipe(RunnableLambda.from(({ name }: { name: string }) => name));
