import type { Issue } from '../structured/schema.js';

/** What a schema found, in a line. */
export const describeIssues = (issues: readonly Issue[]): string =>
  issues
    .map(({ path, message }) => (path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message))
    .join('; ');
