/** Calls to an API server at the same time. */
const AT_ONCE = 8;

/**
 * Does the same with many, a few at a time, and keeps their order. After a failure nothing new is begun, and what was
 * begun is waited for: nothing goes on behind the back of whoever handles the error.
 */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    while (next < items.length && !failure) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  if (failure) throw failure.error;
  return results;
}
