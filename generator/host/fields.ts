/** Lines `key<TAB>value` that a script on a machine prints; a key may come several times. Other lines are left out. */
export class Fields {
  private readonly values = new Map<string, string[]>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const tab = line.indexOf('\t');
      if (tab <= 0) continue;
      const key = line.slice(0, tab);
      this.values.set(key, [...this.all(key), line.slice(tab + 1)]);
    }
  }

  all(key: string): string[] {
    return this.values.get(key) ?? [];
  }

  /** The first one, unless it is empty. */
  one(key: string): string | undefined {
    return this.all(key)[0] || undefined;
  }

  /** A whole number. */
  number(key: string): number | undefined {
    const value = this.one(key);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  }
}
