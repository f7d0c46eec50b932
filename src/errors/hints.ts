import type { ErrorBody } from './error-body.js';

/** Errors that many run into, and the way out that the API's own words do not show. */
const hints: readonly { readonly when: (error: ErrorBody) => boolean; readonly advice: string }[] = [
  {
    when: ({ code, message }) => code === '3280' || /tool call id\b.*length of 9/i.test(message ?? ''),
    advice:
      'Ids of tool calls must be nine letters or digits, such as `D681PevKs`; keep those that the model gave',
  },
  {
    when: ({ message }) => /\brole 'user' after role 'tool'/i.test(message ?? ''),
    advice:
      'After the results of tools the model must answer first: put its assistant message before the next user message',
  },
];

/** What to do about an error of the API, if it is one of the known ones. */
export const hintFor = (error: ErrorBody): string | undefined =>
  hints.find(({ when }) => when(error))?.advice;
