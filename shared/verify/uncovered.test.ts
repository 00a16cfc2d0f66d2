import { afterAll, beforeAll, expect, test } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { canonical } from '#shared/log/canonical.ts';
import { verifyEd25519 } from '../../server/log/key.ts';
import { Forgery } from '../../server/testing/forgery.ts';
import { sourceOf } from '../../server/testing/log-files.ts';
import { type Story, tellStory } from '../../server/testing/scenario.ts';
import { mustName } from './log.ts';
import { type Entries, emptyReading, readEntries } from './read.ts';
import { logEvidence } from './evidence.ts';
import { type ProvenTree, proveTree } from './tree.ts';
import { Fault } from './types.ts';

let story: Story;
beforeAll(async () => {
  story = await tellStory();
});
afterAll(() => story.server.remove());

/**
 * What no signature covers, so that a server may choose it when it writes the entry. From then on the next touch pins
 * it, and the witnesses' checkpoints do. Whatever comes to this list must be a choice and not an oversight.
 */
const chosenByServer = [
  // Refused attempts are the server's own account.
  'attempt.refused.person',
  'attempt.refused.subject',
  'attempt.refused.what',
  'attempt.refused.why',
  // Names that the server makes up; everything else refers to them.
  'browser.paired.browser',
  'person.invited.person',
  'request.asked.request',
  'request.decided.grant',
  'session.started.grant',
  'session.started.session',
  // Words and hints beside a key.
  'genesis.administrator.key.label',
  'genesis.administrator.key.transports[]',
  'key.enrolled.key.label',
  'key.enrolled.key.transports[]',
  // Pinned with genesis.
  'genesis.extensionOrigins[]',
  'genesis.leaseKey',
  // How long something waits to be used; using it takes a touch.
  'person.invited.expires',
  'person.reset.expires',
  'request.asked.expires',
  // Closing takes no touch.
  'grant.ended.reason',
].sort();

type Json = string | number | boolean | Json[] | { [key: string]: Json };

/** Every value in a body with its path, changed to another of its kind. */
function* changes(value: Json, path: string): Generator<{ path: string; changed: Json }> {
  if (typeof value === 'string')
    yield { path, changed: value.replace(/^./s, (first) => (first === 'A' ? 'B' : 'A')) };
  else if (typeof value === 'number') yield { path, changed: value + 1 };
  else if (typeof value === 'boolean') yield { path, changed: !value };
  else if (Array.isArray(value))
    for (const [n, item] of value.entries())
      for (const change of changes(item, `${path}[]`))
        yield { ...change, changed: value.with(n, change.changed) };
  else
    for (const [key, item] of Object.entries(value))
      for (const change of changes(item, `${path}.${key}`))
        yield { ...change, changed: { ...value, [key]: change.changed } };
}

async function proven(steps: AsyncGenerator<unknown, ProvenTree, void>): Promise<ProvenTree> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
  }
}

const withEntries = (tree: ProvenTree, entries: readonly Uint8Array[]): Entries => ({
  size: tree.size,
  root: (size) => tree.root(size),
  entry: async (index) => entries[index],
  async *entries() {
    for (const [index, bytes] of entries.entries()) yield { index, bytes };
  },
});

test('what a server could have written otherwise, had nobody touched anything after it', async () => {
  const log = new Forgery(story.server);
  const files = await log.seal();
  const checkpoint = await openCheckpoint(files.get('checkpoint') ?? '', log.key.key, verifyEd25519);
  const tree = await proven(proveTree(logEvidence(sourceOf(files)), checkpoint, sha256));
  const about = { origin: log.key.key.name, logKey: log.key.vkey };
  const uncovered = new Set<string>();
  for (const index of log.entries.keys()) {
    const entry = log.read(index);
    for (const { path, changed } of changes(entry.body as unknown as Json, entry.type)) {
      // The roots stay the honest ones, so that no later head gives the change away.
      const forged = log.entries
        .slice(0, index + 1)
        .with(index, utf8(canonical({ ...entry, body: changed })));
      const reading = emptyReading();
      try {
        for await (const _ of readEntries(withEntries(tree, forged), true, reading));
        mustName(reading, about);
        if (reading.doubts.length === 0) uncovered.add(path);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }
  }
  expect([...uncovered].sort()).toEqual(chosenByServer);
}, 60_000);
