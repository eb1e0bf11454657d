import type { Reporter, TestModule } from 'vitest/node';

/** Says at the end, on one line, how many tests passed, failed, and were not run; and names those that were not. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const notRun: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed') counts[state]++;
        else {
          counts.skipped++;
          notRun.push(`${module.relativeModuleId}: ${test.fullName}`);
        }
      }
      if (module.state() === 'failed' && counts.failed === 0) counts.failed++;
    }
    for (const name of notRun) console.log(`not run: ${name}`);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
