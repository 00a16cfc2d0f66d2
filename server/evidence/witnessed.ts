import { toBase64url, utf8 } from '#shared/bytes.ts';
import { rootFromTiles } from '#shared/log/merkle/prove.ts';
import { formatCosignerVkey } from '#shared/log/note/cosignature.ts';
import { Fault, type Step } from '#shared/verify/types.ts';
import { witnessed } from '#shared/verify/witnessed.ts';
import { sha256 } from '../sha256.ts';
import { cosignedNotes, readSettings } from '../witness/index.ts';
import { withFolder } from './folder.ts';

/** The newest cosignature of a witness. Times in ms. */
interface Cosigner {
  readonly kind: 'browser' | 'outside';
  /** A browser's id, or the name of a witness outside. */
  readonly witness: string;
  /** Whose browser it is, by handle. */
  readonly person?: string;
  readonly size: number;
  readonly time: number;
}

export interface WitnessedFolder {
  /** Entries under the newest signed checkpoint. */
  readonly size: number;
  readonly cosignatures: readonly Cosigner[];
  /** What the cosignatures come to once each was checked: by people, and by the witnesses that `witnesses.yaml` names. */
  readonly steps: readonly Step[];
}

/** Who witnessed the log of a data folder, read beside a server that may be running. */
export async function witnessedFolder(folder: string): Promise<WitnessedFolder> {
  const { witnesses } = await readSettings(folder);
  const pinned = witnesses.map(({ key }) => formatCosignerVkey(key));
  return withFolder(folder, async (held) => {
    const { size, state } = held;
    const personOf = (browser: string): string => {
      const { person = '' } = state.get('browser', browser) ?? {};
      return state.get('person', person)?.handle ?? person;
    };
    const cosigned = held.cosignatures();
    const { origin = '' } = state.get('log', 'log') ?? {};
    async function* notes(): AsyncGenerator<Uint8Array> {
      for (const { note } of cosignedNotes(cosigned, { origin, size })) yield utf8(note);
    }
    const root = (over: number): Promise<string> =>
      Promise.resolve(toBase64url(rootFromTiles(sha256, (tile) => held.tile(tile), over)));
    return {
      size,
      cosignatures: cosigned.map(({ kind, witness, time, ...of }) => ({
        kind,
        witness,
        ...(kind === 'browser' ? { person: personOf(witness) } : {}),
        size: of.size,
        time: time * 1000,
      })),
      steps: await witnessed(notes(), { size, root }, { state }, pinned).catch(failedStep),
    };
  });
}

function failedStep(error: unknown): Step[] {
  if (!(error instanceof Fault)) throw error;
  return [{ key: 'witnessed', state: 'failed', sentence: error.message }];
}
