/** Whether the content of a message says nothing, so that the API refuses an assistant message that has no more. */
export const isEmptyContent = (content: unknown): boolean =>
  !content || (Array.isArray(content) && content.length === 0);
