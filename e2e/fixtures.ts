import { test as base } from '@playwright/test';
import { Stage } from './harness/harness.ts';

/** `stage` is made once a worker, because enrolling and pairing take seconds; each test starts with everything shut. */
export const test = base.extend<{ stage: Stage }, { opened: Stage }>({
  opened: [
    // Playwright reads from the pattern which other fixtures this one needs: none.
    async ({}, use) => {
      const stage = await Stage.open();
      await use(stage);
      await stage.close();
    },
    { scope: 'worker' },
  ],
  stage: async ({ opened }, use) => {
    await use(opened);
    await opened.clear();
  },
});
export { expect } from '@playwright/test';
