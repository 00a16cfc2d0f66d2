import { defineConfig } from 'vitest/config';

/** Tests of the plumbing that the stories stand on: finding browsers, launching them, real consoles. */
export default defineConfig({
  resolve: { alias: { '#shared': new URL('../shared', import.meta.url).pathname } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['e2e/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
