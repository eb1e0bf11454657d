import { defineConfig } from 'vitest/config';

/** Everything, also what needs Go, Docker or root; such files end in `.system.test.ts`. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'packages/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 900_000,
    hookTimeout: 1_800_000,
    maxWorkers: 2,
  },
});
