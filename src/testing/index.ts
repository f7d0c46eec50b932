export type { Sleep } from './event-stream.js';
export { createMockMistral, type MockMistral, type MockOptions } from './mock-mistral.js';
export { inTurn } from './in-turn.js';
export { toolCall, type MockToolCall } from './tool-call.js';
export {
  citation,
  finish,
  thinking,
  usage,
  type MockFinish,
  type MockPart,
  type MockReference,
  type MockSource,
  type MockSourceFields,
  type MockThinking,
  type MockUsage,
} from './mock-part.js';
export { failWith, rateLimit, type FailWithOptions, type RateLimitOptions } from './failures.js';
export {
  delay,
  disconnect,
  splitUtf8,
  stall,
  truncateAfter,
  type BodyPlace,
  type StallOptions,
} from './broken-bodies.js';
export {
  mockBatches,
  type MockBatchResponse,
  type MockBatchesOptions,
  type MockBatchRequest,
} from './mock-batches.js';
export type { MockWebSocketClass } from './mock-web-socket.js';
export type { MockRequest } from './mock-request.js';
export type { AnyMockCall, MockCall } from './mock-call.js';
export type { MockBehaviour } from './mock-behaviour.js';
export type {
  StaticMockResponse,
  MockResponse,
  MockResponses,
  MockHandler,
  MockData,
  MockReply,
} from './mock-response.js';
export type { OperationId } from './operation-id.js';
export { createCassette, type Cassette, type CassetteOptions } from './cassette.js';
export { CassetteError } from './cassette-error.js';
export type { Difference } from './differences.js';
export type {
  RecordedBody,
  RecordedPart,
  RecordedRequest,
  RecordedResponse,
  Recording,
  Recordings,
} from './recording.js';
