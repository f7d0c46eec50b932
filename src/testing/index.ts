export type { Sleep } from './event-stream.js';
export { createMockMistral, type MockMistral, type MockOptions } from './mock-mistral.js';
export {
  mockBatches,
  type MockBatchAnswer,
  type MockBatchesOptions,
  type MockBatchRequest,
} from './mock-batches.js';
export type { MockWebSocketClass } from './mock-web-socket.js';
export type { MockRequest } from './mock-request.js';
export type { MockAnswer, MockAnswers, PlainAnswer } from './mock-answer.js';
export type { OperationId } from './operation-id.js';
