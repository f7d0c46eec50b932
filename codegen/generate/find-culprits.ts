/**
 * The items that a check fails for, each with its failure, found by halving: what fails whole fails in a half.
 *
 * Items that fail together and not alone are not found.
 */
export async function findCulprits<Item>(
  items: readonly Item[],
  check: (items: readonly Item[]) => Promise<void>,
): Promise<Map<Item, Error>> {
  const failure = await check(items).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  const [first, second] = items;
  if (failure === undefined || first === undefined) return new Map();
  if (second === undefined) return new Map([[first, failure]]);
  const middle = items.length >> 1;
  return new Map([
    ...(await findCulprits(items.slice(0, middle), check)),
    ...(await findCulprits(items.slice(middle), check)),
  ]);
}
