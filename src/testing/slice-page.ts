import type { MockFigure, MockPage } from '../../generated/mock.gen.js';
import { withValueAt } from './fields.js';

/** The page that the query asks for, with its totals and numbers. */
export function slicePage(list: MockPage, items: readonly unknown[], query: URLSearchParams): unknown {
  const page = Number(query.get(list.page) ?? list.first);
  const size = Number(query.get(list.size) ?? list.defaultSize);
  const start = (page - list.first) * size;
  const end = start + size;
  const figures: Record<MockFigure, number | boolean> = {
    total: items.length,
    pages: Math.ceil(items.length / size),
    page,
    size,
    more: end < items.length,
  };
  return Object.entries(list.figures ?? {}).reduce(
    (body, [path, figure]) => withValueAt(body, path, figures[figure]),
    withValueAt(list.body, list.place, items.slice(start, end)),
  );
}
