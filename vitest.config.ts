import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '#shared': new URL('./shared', import.meta.url).pathname } },
  test: {
    include: ['{shared,server,extension,scripts}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/.output/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Most of the slow tests wait for processes of their own.
    maxWorkers: '100%',
  },
});
