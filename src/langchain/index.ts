export { ChatMistral, type ChatMistralCallOptions, type ChatMistralOptions } from './chat-mistral.js';
export type { LangChainClient, LangChainConnection } from './connection.js';
export { MistralEmbeddings, type MistralEmbeddingsOptions } from './mistral-embeddings.js';
export type { OutputSchema } from './structured-output.js';
