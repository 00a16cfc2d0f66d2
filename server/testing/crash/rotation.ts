import { copyFileSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { Person } from '../person.ts';
import { confirmRotation, prepareRotation, proposeRotation } from '../rotated.ts';
import { fsck, must } from './check.ts';
import { type Act, isDone, serveUnder } from './faults.ts';
import { readiness, runCommand } from './process.ts';
import { type Stage, oncePerStage } from './stage.ts';

const keyFiles = ['log.key', 'lease.key'] as const;

/** A data folder at each step of a rotation of its keys. */
class Rotating {
  readonly stage: Stage;
  readonly bea: Person;
  readonly fields: Awaited<ReturnType<typeof proposeRotation>>;
  /** The next keys wait on the host, and one administrator proposed that they follow. */
  readonly proposed: string;
  /** Another one confirmed it, and a crash came before a key file was moved. */
  readonly confirmed: string;

  private constructor(made: Pick<Rotating, 'stage' | 'bea' | 'fields' | 'proposed' | 'confirmed'>) {
    this.stage = made.stage;
    this.bea = made.bea;
    this.fields = made.fields;
    this.proposed = made.proposed;
    this.confirmed = made.confirmed;
  }

  static async make(stage: Stage): Promise<Rotating> {
    const proposed = stage.copy();
    const bea = stage.stranger('bea');
    const fields = await stage.during(proposed, async ({ services }) => {
      await stage.admin.signIn();
      await bea.enrol(await stage.admin.invite('bea', ['administrator']));
      await prepareRotation({ folder: proposed, services });
      return proposeRotation(stage.admin);
    });
    const confirmed = stage.copy(proposed);
    await stage.during(confirmed, async () => {
      await bea.signIn();
      await confirmRotation(bea, fields);
    });
    for (const name of keyFiles)
      for (const file of [name, `${name}.next`]) copyFileSync(join(proposed, file), join(confirmed, file));
    return new Rotating({ stage, bea, fields, proposed, confirmed });
  }

  /** The keys are those before or those that were confirmed, and from either it can be gone on to others. */
  async check(folder: string, isRotated: boolean): Promise<void> {
    const { stage, bea, fields } = this;
    await stage.during(folder, async ({ services }) => {
      const { status, sentence } = await readiness(stage.origin);
      must(status === 200, `/readyz: ${sentence}`);
      await stage.admin.signIn();
      const { logKey, leaseProblem } = await call(stage.admin.send, wire.logKeys, {});
      must(leaseProblem === undefined, `the lease key: ${leaseProblem}`);
      must(logKey === fields.logKey || !isRotated, 'the rotation was done, and the key is the one before');
      if (logKey === fields.logKey) this.#isDestroyed(folder);
      await prepareRotation({ folder, services });
      await bea.signIn();
      await confirmRotation(bea, await proposeRotation(stage.admin));
      await stage.admin.invite('eve', ['engineer']);
      await fsck(stage);
    });
    this.#isDestroyed(folder);
  }

  /** No file has the private keys that were in use before. */
  #isDestroyed(folder: string): void {
    for (const key of keyFiles) {
      const secret = readFileSync(join(this.proposed, key)).subarray(30, 90);
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        must(!statSync(path).isFile() || !readFileSync(path).includes(secret), `${name} has the old ${key}`);
      }
    }
  }
}

const rotatingOn = oncePerStage((stage) => Rotating.make(stage));

/** `countersign log rotate` once more, beside keys that wait and were proposed. */
export async function rotateCommand(stage: Stage): Promise<Act> {
  const rotating = await rotatingOn(stage);
  return {
    name: 'countersign log rotate',
    folder: () => stage.copy(rotating.proposed),
    async play(folder, env, fault) {
      const { code, err } = await runCommand(['log', 'rotate'], folder, env);
      must(code === 0 || fault.how === 'KILL' || err !== '', 'the command did not say why it failed');
      return (left) => rotating.check(left, false);
    },
  };
}

/** The second administrator's touch, with which the keys follow. */
export async function confirming(stage: Stage): Promise<Act> {
  const rotating = await rotatingOn(stage);
  const { bea, fields } = rotating;
  return {
    name: 'the touch that rotates',
    folder: () => stage.copy(rotating.proposed),
    async play(folder, env, fault) {
      let isRotated = false;
      await serveUnder(stage, { folder, env, fault }, async () => {
        await isDone(async () => {
          await bea.signIn();
          isRotated = (await confirmRotation(bea, fields)).act.status === 'done';
        });
      });
      // The old keys are removed once the log has the new ones.
      must(
        isRotated || fault.kind !== 'unlink' || fault.how === 'KILL',
        'it was done, and the answer was no',
      );
      return (left) => rotating.check(left, isRotated);
    },
  };
}

/** The start after a crash that came when the rotation was in the log and its keys not in their places. */
export async function settling(stage: Stage): Promise<Act> {
  const rotating = await rotatingOn(stage);
  return {
    name: 'the start after a rotation',
    folder: () => stage.copy(rotating.confirmed),
    async play(folder, env, fault) {
      await serveUnder(stage, { folder, env, fault }, () => Promise.resolve());
      return (left) => rotating.check(left, true);
    },
  };
}
