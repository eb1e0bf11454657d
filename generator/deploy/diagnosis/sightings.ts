/** Since when something is seen without a break. Whoever looks says what time it is. */
export class Sightings {
  private readonly first = new Map<string, number>();
  private current = new Set<string>();

  /**
   * Notes that something is seen now.
   * @param now Milliseconds since 1970.
   * @param patience Milliseconds.
   * @returns when it will have been seen for that long
   */
  due(key: string, now: number, patience: number): number {
    this.current.add(key);
    const first = this.first.get(key) ?? now;
    this.first.set(key, first);
    return first + patience;
  }

  /** Forgets what was not seen since this was last called. */
  sweep(): void {
    for (const key of this.first.keys()) if (!this.current.has(key)) this.first.delete(key);
    this.current = new Set();
  }
}
