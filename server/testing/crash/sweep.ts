import { type Act, meetFault } from './faults.ts';
import type { Fault } from './shim.ts';
import { Stage } from './stage.ts';

/** Which calls fail in which ways. Only a write can be short, and a kill is the same before whatever call. */
const ways: readonly Pick<Fault, 'kind' | 'how'>[] = [
  { kind: 'call', how: 'KILL' },
  ...(['EIO', 'ENOSPC', 'short', 'full'] as const).map((how) => ({ kind: 'write' as const, how })),
  ...(['sync', 'open', 'rename', 'truncate', 'unlink'] as const).flatMap((kind) =>
    (['EIO', 'ENOSPC'] as const).map((how) => ({ kind, how })),
  ),
];

export interface SweepOptions {
  readonly shim: string;
  /** The acts, on a stage of the lane that plays them. */
  readonly acts: readonly ((stage: Stage) => Act | Promise<Act>)[];
  readonly lanes: number;
  /** Of each kind, at most so many calls fail. */
  readonly cap: number;
  readonly say: (line: string) => void;
}

/**
 * Plays each act with the first call of a kind failing, then with the second, and so on until the fault does not come
 * any more; for every kind and every way to fail. Says what does not hold after one and goes on. Returns how many faults
 * came, and how many were wrong.
 */
export async function sweepFaults(options: SweepOptions): Promise<{ came: number; wrong: number }> {
  const { shim, acts, lanes, cap, say } = options;
  const sum = { came: 0, wrong: 0 };
  const plans = acts.flatMap((act) => ways.map((way) => ({ act, ...way })));
  const lane = async (): Promise<void> => {
    const stage = await Stage.prepare();
    try {
      for (let plan = plans.shift(); plan; plan = plans.shift()) {
        const { kind, how } = plan;
        const act = await plan.act(stage);
        const tally = { came: 0, wrong: 0 };
        for (let n = 1; n <= cap; n += 1)
          try {
            if (!(await meetFault(shim, act, { kind, n, how }))) break;
            tally.came += 1;
            if (n % 50 === 0) say(`${act.name}, ${kind} ${how}: at ${n}`);
          } catch (error) {
            tally.came += 1;
            tally.wrong += 1;
            say(error instanceof Error ? error.message : String(error));
          }
        say(`${act.name}, ${kind} ${how}: ${tally.came} faults, ${tally.wrong} wrong`);
        sum.came += tally.came;
        sum.wrong += tally.wrong;
      }
    } finally {
      stage.remove();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return sum;
}
