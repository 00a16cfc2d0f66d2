import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Story, tellStory } from '../../server/testing/story.ts';
import { type Forgeable, type Files, forgeable, seal, sourceOf } from '../../server/testing/log-files.ts';
import { verifyLog } from './log.ts';
import type { Step, Verdict, Verification } from './types.ts';

let story: Story;
let log: Forgeable;
beforeAll(async () => {
  story = await tellStory();
  log = forgeable(story.server);
});
afterAll(() => story.server.remove());

async function run(verification: Verification): Promise<{ steps: Step[]; verdict: Verdict }> {
  const steps: Step[] = [];
  for (;;) {
    const next = await verification.next();
    if (next.done) return { steps, verdict: next.value };
    if (next.value.state !== 'checking') steps.push(next.value);
  }
}
const verify = (files: Files) =>
  run(verifyLog(sourceOf(files), { logKey: log.key.vkey, genesis: story.server.services.log.genesis }));

test('green', async () => {
  const { steps, verdict } = await verify(await seal(log.entries, log.key));
  expect(verdict.state).toBe('ok');
  expect(steps.length).toBeGreaterThan(5);
});
