/** The element of index.html with this id. */
export function element<T extends HTMLElement>(id: string, type: abstract new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page has no ${type.name} #${id}`);
}

/** Show what went wrong, or take it away again. */
export function showProblem(place: HTMLElement, error?: unknown): void {
  place.hidden = error === undefined;
  place.textContent = error === undefined ? '' : error instanceof Error ? error.message : String(error);
}
