import { defineConfig } from 'vitest/config';

/** Records golden logs that are not there yet. */
export default defineConfig({
  resolve: { alias: { '#shared': new URL('../../../shared', import.meta.url).pathname } },
  test: {
    root: new URL('../../..', import.meta.url).pathname,
    include: ['server/testing/golden/record.ts'],
    passWithNoTests: true,
    testTimeout: 120_000,
  },
});
