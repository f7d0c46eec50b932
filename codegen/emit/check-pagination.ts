import type { Operation } from '../description/operations.js';
import { PipelineError } from '../run/pipeline-error.js';

/** @throws {PipelineError} for an `x-pagination` that no page style can follow: a list that ended early would go unnoticed. */
export function checkPagination({ id, pagination, queryParameters, body }: Operation): void {
  const { style, page, size, next } = pagination!;
  const refuse = (fault: string): never => {
    throw new PipelineError(`${id}: \`x-pagination\` ${fault}. Correct the pagination overlay.`);
  };
  if (!['page', 'offset', 'cursor'].includes(style))
    refuse(`has the style \`${style}\`, and there are page, offset and cursor`);
  const names = [...queryParameters, ...(body?.properties ?? [])].map(({ name }) => name);
  for (const name of [page, size])
    if (name !== undefined && !names.includes(name))
      refuse(`names the parameter \`${name}\`, and there is none in the query or the body`);
  if (style === 'cursor' && next === undefined)
    refuse('says that there are cursors, and not where the `next` is');
  if (style !== 'cursor' && size === undefined)
    refuse('has no `size`, by which a page that is not full is known to be the last');
}
