import type { ErrorBody } from './error-body.js';

/** Common errors, with advice that the API's own message does not give. */
const hints: readonly { readonly when: (error: ErrorBody) => boolean; readonly advice: string }[] = [
  {
    when: ({ code, message }) => code === '3280' || /tool call id\b.*length of 9/i.test(message ?? ''),
    advice:
      'Ids of tool calls must be nine letters or digits, such as `D681PevKs`; keep the ids of the model',
  },
  {
    when: ({ message }) => /\brole 'user' after role 'tool'/i.test(message ?? ''),
    advice:
      'The model must reply after the results of tools: put its assistant message before the next user message',
  },
];

/** Advice for an error of the API, if it is a known one. */
export const hintFor = (error: ErrorBody): string | undefined =>
  hints.find(({ when }) => when(error))?.advice;
