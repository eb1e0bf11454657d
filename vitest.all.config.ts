import { defineConfig } from 'vitest/config';
import { templatesForVite } from './test/support/templates-plugin.ts';

/** Everything, also what needs Go, Python, Docker, Chromium or root; such files end in `.system.test.ts`. */
export default defineConfig({
  plugins: [templatesForVite()],
  define: { LUNCHBOX_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    include: ['test/**/*.test.ts', 'packages/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 900_000,
    hookTimeout: 1_800_000,
    maxWorkers: 2,
  },
});
