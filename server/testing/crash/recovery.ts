import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Lock } from '../../log/lock.ts';
import { readProposal, writeProposal } from '../../log/proposal.ts';
import { prepareRecovery } from '../../disaster-recovery/prepare.ts';
import type { Person } from '../person.ts';
import { recoveryTerms, touchRecovery } from '../recovery-touch.ts';
import { fsck, must } from './check.ts';
import { type Act, isDone, serveUnder } from './faults.ts';
import { readiness, runCommand } from './process.ts';
import { type Stage, oncePerStage } from './stage.ts';

const agreed = (): Promise<void> => Promise.resolve();

/** A data folder in which a backup was restored, at each step of its recovery. */
class Restored {
  readonly stage: Stage;
  readonly administrators: readonly [Person, Person];
  /** The lock as it was when the backup was restored. */
  readonly lock: string;
  /** A recovery was prepared, and one administrator touched it. */
  readonly proposed: string;
  /** Both did, and a crash came before anything else. */
  readonly touched: string;

  private constructor(made: Pick<Restored, 'stage' | 'administrators' | 'lock' | 'proposed' | 'touched'>) {
    this.stage = made.stage;
    this.administrators = made.administrators;
    this.lock = made.lock;
    this.proposed = made.proposed;
    this.touched = made.touched;
  }

  static async make(stage: Stage): Promise<Restored> {
    const proposed = stage.copy();
    const bea = stage.stranger('bea');
    await stage.during(proposed, async () => {
      await stage.admin.signIn();
      await bea.enrol(await stage.admin.invite('bea', ['administrator']));
    });
    const database = join(proposed, 'countersign.db');
    const backup = `${proposed}.backup`;
    copyFileSync(database, backup);
    await stage.during(proposed, () => stage.admin.invite('ivy', ['engineer']));
    copyFileSync(backup, database);
    rmSync(backup);
    const lock = await Lock.read(join(proposed, 'log.lock'));
    await prepareRecovery(proposed, undefined, agreed);
    await stage.during(proposed, async () => {
      await stage.admin.signIn();
      await touchRecovery(stage.admin);
    });
    const touched = stage.copy(proposed);
    await stage.during(touched, async () => {
      await bea.signIn();
      const touch = await bea.touch('recovery', await recoveryTerms(bea));
      const proposal = readProposal(touched);
      if (!proposal) throw new Error('there is no proposal');
      const touches = [...proposal.touches, { by: bea.id, touch, at: Date.now() }];
      writeProposal(touched, { ...proposal, touches });
    });
    return new Restored({ stage, administrators: [stage.admin, bea], lock, proposed, touched });
  }

  /**
   * The log is refused as before or it is the recovered one, and whichever it is, it can be gone on from. What the
   * companion shows is one that two touches finish.
   */
  async check(folder: string, isRecovered: boolean): Promise<void> {
    const { stage, administrators } = this;
    let isShown = true;
    const touchIt = async (): Promise<void> => {
      let { status, sentence } = await readiness(stage.origin);
      if (status === 200) return;
      must(!isRecovered, `the recovery was done, and /readyz says: ${sentence}`);
      must(sentence.includes('an older copy of it was restored'), `/readyz: ${sentence}`);
      isShown = readProposal(folder) !== undefined;
      for (const person of administrators) {
        if (!isShown || status === 200) return;
        await person.signIn();
        await touchRecovery(person);
        ({ status, sentence } = await readiness(stage.origin));
      }
      must(status === 200, `/readyz after both touches: ${sentence}`);
    };
    await stage.during(folder, touchIt);
    if (!isShown) {
      await prepareRecovery(folder, undefined, agreed);
      isShown = true;
      await stage.during(folder, touchIt);
    }
    await stage.during(folder, () => this.#goesOn(folder));
  }

  async #goesOn(folder: string): Promise<void> {
    const { stage, lock } = this;
    const { status, sentence } = await readiness(stage.origin);
    must(status === 200, `/readyz of the recovered log: ${sentence}`);
    must((await Lock.read(join(folder, 'log.lock.1'))) === lock, 'log.lock.1 is not what was signed');
    const origin = `${new URL(stage.origin).host}/2`;
    must(
      (await Lock.read(join(folder, 'log.lock'))).startsWith(`${origin}\n`),
      'log.lock is of another origin',
    );
    must(readProposal(folder) === undefined, 'the proposal is still there');
    await stage.admin.signIn();
    await stage.admin.invite('eve', ['engineer']);
    await fsck(stage);
  }
}

const restoredOn = oncePerStage((stage) => Restored.make(stage));

/** `countersign recover` once more, beside what was prepared and touched before. */
export async function preparing(stage: Stage): Promise<Act> {
  const restored = await restoredOn(stage);
  return {
    name: 'countersign recover',
    folder: () => stage.copy(restored.proposed),
    async play(folder, env, fault) {
      const { code, out, err } = await runCommand(['recover', '--yes', '--json'], folder, env);
      must(code === 0 || fault.how === 'KILL' || err !== '', 'the command did not say why it failed');
      return async (left) => {
        if (code === 0) {
          const { logKey } = JSON.parse(out) as { logKey: string };
          must(readProposal(left)?.logKey === logKey, 'what the command printed is not what waits');
        }
        await restored.check(left, false);
      };
    },
  };
}

/** The second administrator's touch, with which the log goes on. */
export async function touching(stage: Stage): Promise<Act> {
  const restored = await restoredOn(stage);
  const [, bea] = restored.administrators;
  return {
    name: 'the second touch',
    folder: () => stage.copy(restored.proposed),
    async play(folder, env, fault) {
      let isRecovered = false;
      await serveUnder(stage, { folder, env, fault }, async () => {
        await isDone(async () => {
          await bea.signIn();
          isRecovered = (await touchRecovery(bea)).done;
        });
      });
      return (left) => restored.check(left, isRecovered);
    },
  };
}

/** The start after a crash that came when both had touched. */
export async function finishing(stage: Stage): Promise<Act> {
  const restored = await restoredOn(stage);
  return {
    name: 'the start after both touches',
    folder: () => stage.copy(restored.touched),
    async play(folder, env, fault) {
      let isRecovered = false;
      await serveUnder(stage, { folder, env, fault }, async ({ origin }) => {
        isRecovered = (await readiness(origin).catch(() => undefined))?.status === 200;
      });
      return (left) => restored.check(left, isRecovered);
    },
  };
}
