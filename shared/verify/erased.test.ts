import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { Bundles, said } from '../../server/testing/bundles.ts';
import { commitmentTo, detail } from '../../server/testing/soft-browser.ts';
import { type Story, tellStory } from '../../server/testing/scenario.ts';

let story: Story;
beforeAll(async () => {
  story = await tellStory();
});
afterAll(() => story.server.remove());

test('a bundle says what was erased, when and by whom, and holds all the same', async () => {
  const { server, decided } = story;
  const { session = '' } = decided;
  const second = await server.person('second', ['administrator']);
  const { entries } = await call(server.admin.send, wire.erasable, { query: { session } });
  const reason = detail('Asked for by ana');
  const fields = { act: newId(), entries, reason: commitmentTo(reason) };
  await call(server.admin.send, wire.proposeAct, {
    body: { touch: await server.admin.touch('erasure', fields), reason },
  });
  await call(second.send, wire.confirmAct, {
    params: { act: fields.act },
    body: { touch: await second.touch('erasure', fields) },
  });
  const erasure = server.services.log.size - 1;
  const bundles = new Bundles(server);
  for (const cut of [{ kind: 'session', session } as const, { kind: 'all' } as const]) {
    const { steps, verdict } = await bundles.verify(await bundles.files(cut));
    expect(verdict.state).toBe('ok');
    expect(said(steps)).toMatch(
      new RegExp(
        `^\\d+ texts beside entries .* are not in it: erased at .* UTC by root and second \\(entry ${erasure}\\)\\.$`,
        'm',
      ),
    );
  }
});
