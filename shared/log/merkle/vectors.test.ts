import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '#shared/bytes.ts';
import { type Hasher, ProofError } from './hash.ts';
import { sha256 } from './sha256.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

// The 196 vectors of the transparency-dev project. They live beside the repository.
const folder = new URL('../../../shared/vectors/', import.meta.url);
const bytes = (text: string | null): Uint8Array => fromBase64(text ?? '');
const lines = <T>(name: string): T[] =>
  JSON.parse(`[${readFileSync(new URL(name, folder), 'utf8').trim().replaceAll('\n', ',')}]`);
const node: Hasher = (...parts) => new Uint8Array(hash('sha256', Buffer.concat(parts), 'buffer'));

interface Common {
  proof: string[] | null;
  wantErr: boolean;
  desc: string;
  file: string;
}
type Inclusion = Common & { leafIdx: number; treeSize: number; root: string; leafHash: string };
type Consistency = Common & { size1: number; size2: number; root1: string; root2: string };

function judge(check: () => void, { wantErr, file }: Common): void {
  if (wantErr) expect(check, file).toThrow(ProofError);
  else expect(check, file).not.toThrow();
}

describe.skipIf(!existsSync(folder))('vectors (skipped where ../shared/vectors is missing)', () => {
  for (const [name, hasher] of [
    ['node:crypto', node],
    ['our sha256', sha256],
  ] as const) {
    test(`98 inclusion proofs, by ${name}`, () => {
      const cases = lines<Inclusion>('merkle-inclusion.jsonl');
      expect(cases).toHaveLength(98);
      for (const { leafIdx: index, treeSize: size, root, leafHash, proof, ...rest } of cases) {
        const claim = {
          leaf: bytes(leafHash),
          index,
          size,
          root: bytes(root),
          proof: (proof ?? []).map(bytes),
        };
        judge(() => verifyInclusion(hasher, claim), { proof, ...rest });
      }
    });

    test(`98 consistency proofs, by ${name}`, () => {
      const cases = lines<Consistency>('merkle-consistency.jsonl');
      expect(cases).toHaveLength(98);
      for (const { size1: from, size2: to, root1, root2, proof, ...rest } of cases) {
        const claim = {
          from,
          to,
          oldRoot: bytes(root1),
          newRoot: bytes(root2),
          proof: (proof ?? []).map(bytes),
        };
        judge(() => verifyConsistency(hasher, claim), { proof, ...rest });
      }
    });
  }
});
