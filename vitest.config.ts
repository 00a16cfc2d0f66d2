import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const shared = {
  resolve: { alias: { '#shared': new URL('./shared', import.meta.url).pathname } },
};
const test = {
  exclude: ['**/node_modules/**', '**/.output/**', '**/dist/**'],
  testTimeout: 30_000,
  hookTimeout: 30_000,
};
const pages = ['{extension,server/web,shared/ui}/**/*.test.{ts,tsx}'];

export default defineConfig({
  test: {
    // One more than the cores: many tests wait for the disk and for processes of their own.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // What runs in a page keeps state in its modules and in the document, so each file gets both anew.
      { ...shared, test: { ...test, name: 'pages', include: pages } },
      // The rest does not, and loading its modules once a worker saves a quarter of the processor's time.
      {
        ...shared,
        test: {
          ...test,
          name: 'core',
          include: ['{shared,server,scripts}/**/*.test.ts'],
          exclude: [...test.exclude, ...pages],
          isolate: false,
          globalSetup: ['server/testing/build-verifier.ts'],
        },
      },
    ],
  },
});
