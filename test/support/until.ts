/** Milliseconds. Much more than anything here takes, so that a busy machine makes no test fail. */
const LIMIT = 120_000;

/**
 * Looks again and again until there is something: a value that counts as true.
 * @param what What is waited for, for the error: `the node is ready`.
 * @param over Why it will never be; no more is waited for then.
 * @throws {Error} Names `what` when two minutes have passed.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  over?: () => string | undefined,
): Promise<NonNullable<T>> {
  const end = Date.now() + LIMIT;
  for (;;) {
    const found = await look();
    if (found) return found;
    const reason = over?.();
    if (reason !== undefined) throw new Error(`waited until ${what}, in vain: ${reason}`);
    if (Date.now() > end) throw new Error(`waited two minutes until ${what}, in vain`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
