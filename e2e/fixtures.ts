import { test as base } from '@playwright/test';
import { Harness } from './harness/harness.ts';

/** `harness` is made once a worker, because enrolling and pairing take seconds; each test starts with everything shut. */
export const test = base.extend<{ harness: Harness }, { opened: Harness }>({
  opened: [
    // Playwright reads from the pattern which other fixtures this one needs: none.
    async ({}, use) => {
      const harness = await Harness.open();
      await use(harness);
      await harness.close();
    },
    { scope: 'worker' },
  ],
  harness: async ({ opened }, use) => {
    await use(opened);
    await opened.clear();
  },
});
export { expect } from '@playwright/test';
