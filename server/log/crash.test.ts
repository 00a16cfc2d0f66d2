import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { toHex } from '#shared/bytes.ts';
import { leafHash } from '#shared/merkle/hash.ts';
import { verifyConsistency, verifyInclusion } from '#shared/merkle/verify.ts';
import { openCheckpoint } from '#shared/note/checkpoint.ts';
import { parseVkey } from '#shared/note/keys.ts';
import { sha256 } from './hash.ts';
import { verifyEd25519 } from './key.ts';
import { makeFolder, openLog } from './testing.ts';

interface Answer {
  readonly index: number;
  readonly leaf: string;
  readonly checkpoint: string;
}

const KILLS = 10;
const child = new URL('crash.child.ts', import.meta.url).pathname;

/** Loads the log in a process of its own and kills it `ms` after its first answer. Returns what it had answered. */
async function loadAndKill(folder: string, ms: number): Promise<Answer[]> {
  const running = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const answers: Answer[] = [];
  const lines = createInterface({ input: running.stdout });
  let kill: Promise<unknown> | undefined;
  for await (const line of lines) {
    if (!line.endsWith('}')) continue; // cut by the kill
    const answer: Answer = JSON.parse(line);
    answers.push(answer);
    kill ??= sleep(ms).then(() => running.kill('SIGKILL'));
  }
  await kill;
  return answers;
}

test(
  `case 54: ${KILLS} x kill -9 under load: every acknowledged entry is there, and every checkpoint is extended`,
  { timeout: 120_000 },
  async () => {
    const folder = makeFolder();
    const acknowledged: Answer[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const answers = await loadAndKill(folder, 5 + Math.random() * 120);
      expect(answers.length).toBeGreaterThan(0);
      acknowledged.push(...answers);

      const log = await openLog(folder);
      expect(log.writer.health).toEqual({ ok: true });
      expect(log.database.raw.prepare('PRAGMA integrity_check').get()).toMatchObject({
        integrity_check: 'ok',
      });
      const { head, vkey } = log.writer;
      if (!head || vkey === undefined) throw new Error('no head');
      for (const { index, leaf } of acknowledged) {
        const bytes = log.writer.log.entry(index);
        expect(bytes && toHex(leafHash(sha256, bytes))).toBe(leaf);
      }
      for (const { index, checkpoint } of answers.slice(-40)) {
        const old = await openCheckpoint(checkpoint, parseVkey(vkey), verifyEd25519);
        const proof = log.writer.log.consistency(old.size, head.size);
        verifyConsistency(sha256, {
          from: old.size,
          to: head.size,
          oldRoot: old.root,
          newRoot: head.root,
          proof,
        });
        const leaf = leafHash(sha256, log.writer.log.entry(index)!);
        verifyInclusion(sha256, {
          leaf,
          index,
          size: old.size,
          root: old.root,
          proof: log.writer.log.inclusion(index, old.size),
        });
      }
      // The folded state is the one that the entries say.
      const notes = new Map<string, number>();
      for (const [index, bytes] of log.writer.log.entries(0, head.size).entries())
        notes.set(String(JSON.parse(new TextDecoder().decode(bytes)).body.id), index);
      expect([...log.writer.state.all('note')].map(([id, { entry }]) => [id, entry])).toEqual(
        [...notes].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
      await log.close();
    }
    rmSync(folder, { recursive: true });
  },
);
