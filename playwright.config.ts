import { defineConfig } from '@playwright/test';

/** The stories and traps in real browsers. `npm test` builds what they load first. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  // Both only end what hangs; machines differ by a factor of four.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // One more than the cores of a small machine: many tests wait for time to pass.
  workers: 3,
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : [['list']],
  outputDir: 'test-results',
});
