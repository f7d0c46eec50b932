export { JobFailedError } from './job-failed-error.js';
export type { WaitOptions } from './poll.js';
export {
  waitFor,
  type Ended,
  type FineTuningJob,
  type Waitable,
  type WaitableExecutions,
  type WaitableResource,
} from './wait-for.js';
