import { defineConfig } from 'vitest/config';
import { templatesForVite } from './test/support/templates-plugin.ts';

export default defineConfig({
  plugins: [templatesForVite()],
  define: { LUNCHBOX_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    include: ['test/**/*.test.ts', 'packages/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.system.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
