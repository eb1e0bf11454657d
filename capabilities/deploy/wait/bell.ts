/** Wakes whoever waits for something to happen. What happened while nobody waited is not lost, and told once. */
export class Bell {
  private rung = false;
  private wake: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.wake?.();
  }

  async next(): Promise<void> {
    if (!this.rung)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    this.rung = false;
    this.wake = undefined;
  }
}
