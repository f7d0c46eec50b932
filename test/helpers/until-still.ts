/** Wait until a count has begun and no longer grows: a real network is slow in its own time. */
export async function untilStill(count: () => number): Promise<void> {
  for (let last = 0; last === 0 || last !== count();) {
    last = count();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
