/** What every contender sends, and what it does with the responses. */

export const model = 'mistral-small-latest';
export const messages = [{ role: 'user' as const, content: 'Bonjour' }];
export const params = { model, messages };
export const embeddingParams = {
  model: 'mistral-embed',
  input: Array.from({ length: 256 }, (_, index) => `text ${index}`),
};
export const document = {
  type: 'document_url' as const,
  document_url: 'https://example.com/a.pdf',
};

/**
 * Does one thing after another.
 *
 * @returns the sum of what each gave
 */
export async function repeat(count: number, once: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let round = 0; round < count; round += 1) sum += await once();
  return sum;
}

/**
 * Starts all at once.
 *
 * @returns the sum of what each gave
 */
export async function together(count: number, once: () => Promise<number>): Promise<number> {
  const given = await Promise.all(Array.from({ length: count }, once));
  return given.reduce((sum, each) => sum + each, 0);
}

/** The length of all of them. */
export async function lengthOf(texts: AsyncIterable<string>): Promise<number> {
  let text = '';
  for await (const delta of texts) text += delta;
  return text.length;
}

/**
 * The time from a call to the first text of its stream.
 *
 * @returns the median, in microseconds
 */
export async function timeToFirst(count: number, call: () => AsyncIterable<string>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const begun = performance.now();
    let first: number | undefined;
    // To the end, so that the next call finds the connection open.
    for await (const text of call()) if (text !== '') first ??= performance.now();
    times.push((first! - begun) * 1000);
  }
  return median(times);
}

/**
 * The time from the moment that a text says it was sent, to now. Both processes read the clock of one machine.
 *
 * @returns the median, in microseconds
 */
export async function timeOnTheWay(texts: AsyncIterable<string>): Promise<number> {
  const times: number[] = [];
  for await (const text of texts)
    if (text !== '') times.push((performance.timeOrigin + performance.now() - Number(text)) * 1000);
  return median(times);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
