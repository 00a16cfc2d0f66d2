import { expect, test } from '@playwright/test';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { expectShut, SOON, Harness } from '../harness/harness.ts';

const DAY = 86_400_000;

// The whole machine of the engineer has one clock, so it is the server's that is put off: the same seen from there.
for (const [name, clock] of [
  ['behind', DAY],
  ['ahead', -DAY],
] as const) {
  test(`case 26: a browser whose clock is a day ${name} opens and shuts by the server’s time`, async () => {
    const harness = await Harness.open({ clock });
    try {
      const { page } = await harness.opened('harbour', '/', { seconds: 8 });
      const { now, sessions } = await call(harness.cleo.send, wire.live, {});
      expect(Math.abs(now - clock - Date.now())).toBeLessThan(5000);
      const left = (sessions[0]?.session.grant.until ?? 0) - now;
      const ends = Date.now() + left;
      await expect(page).toHaveURL(harness.url('harbour'));
      await expectShut(page, left + SOON);
      expect(Math.abs(Date.now() - ends)).toBeLessThan(SOON);
    } finally {
      await harness.close();
    }
  });
}
