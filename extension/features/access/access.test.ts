import { describe, expect, test } from 'vitest';
import type { ConsoleInfo } from '#shared/domain/consoles/statements.ts';
import type { Lease } from '#shared/domain/grants/statements.ts';
import type { Clocks } from '../../platform/time.ts';
import { forStorage, lastOnes, type HeldLease } from '../leases/held.ts';
import { consoleOf, standings, type AccessFacts } from './access.ts';
import { accessBy } from '../veil/page-clock.ts';

const MINUTE = 60_000;
const SERVER = 1_000_000_000_000;

/** A machine whose clocks run apart when told to. */
class Machine implements Clocks {
  #wall = 5_000_000;
  #monotonic = 100;
  wall = () => this.#wall;
  monotonic = () => this.#monotonic;
  pass(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }
  setBack(ms: number): void {
    this.#wall -= ms;
  }
}

const info = (mode: ConsoleInfo['mode'], unreachable: ConsoleInfo['unreachable'] = 'close'): ConsoleInfo => ({
  id: 'harbour',
  name: 'Harbour',
  hosts: ['harbour.test'],
  start: 'https://harbour.test/',
  mode,
  pack: '',
  reads: [],
  alsoFrom: [],
  record: 'requests',
  unreachable,
});

const hold = (machine: Machine, more: Partial<Lease> = {}): HeldLease => ({
  lease: {
    type: 'lease',
    log: 'log/1',
    browserKey: 'k',
    grant: 'grant',
    session: 'session',
    console: 'harbour',
    level: 'change',
    nonce: 'n',
    issued: SERVER,
    dies: SERVER + MINUTE,
    until: SERVER + 20 * MINUTE,
    ...more,
  },
  anchor: { wall: machine.wall(), monotonic: machine.monotonic() },
  basis: 'approved',
});

const stand = (
  machine: Machine,
  held: HeldLease[],
  of = info('closed'),
  { stop = false, server = 'answers' }: { stop?: boolean; server?: AccessFacts['server'] } = {},
) => {
  const [standing] = standings(
    { consoles: [of], held, stopped: () => stop, server, tabs: () => [] },
    machine,
  );
  if (!standing) throw new Error('one console, one standing');
  return standing;
};

describe('access is the larger of mode and living grant', () => {
  test('by mode', () => {
    const machine = new Machine();
    expect(stand(machine, [], info('closed')).access).toBe('none');
    expect(stand(machine, [], info('read-only')).access).toBe('view');
    expect(stand(machine, [], info('watch')).access).toBe('change');
  });

  test('by grant, for its console alone', () => {
    const machine = new Machine();
    expect(stand(machine, [hold(machine)]).access).toBe('change');
    expect(stand(machine, [hold(machine, { level: 'view' })]).access).toBe('view');
    expect(stand(machine, [hold(machine, { console: 'vault' })]).access).toBe('none');
    expect(stand(machine, [hold(machine, { level: 'view' })], info('watch')).access).toBe('change');
  });

  test('a lease dies after a minute without renewal, and with it the access', () => {
    const machine = new Machine();
    const held = [hold(machine)];
    machine.pass(MINUTE - 1);
    expect(stand(machine, held).access).toBe('change');
    machine.pass(1);
    expect(stand(machine, held).access).toBe('none');
  });

  test('a renewal that is missed says when the console shuts, and one that comes takes it back', () => {
    const machine = new Machine();
    const held = [hold(machine)];
    machine.pass(15_000);
    const shuts = Math.floor((machine.wall() + 45_000) / 1000) * 1000;
    expect(stand(machine, held, info('closed'), { server: 'away' }).gate).toMatchObject({
      access: 'change',
      server: 'away',
      cutoff: shuts,
    });
    expect(stand(machine, held).gate).toMatchObject({ server: 'answers', cutoff: 0 });
    expect(stand(machine, [hold(machine)]).gate.cutoff).toBe(0);
  });

  test('a grant that ends before its lease does is not cut off', () => {
    const machine = new Machine();
    const held = [hold(machine, { until: SERVER + MINUTE / 2 })];
    expect(stand(machine, held, info('closed'), { server: 'away' }).gate.cutoff).toBe(0);
  });

  test('without a grant nothing is missed', () => {
    expect(stand(new Machine(), [], info('watch'), { server: 'away' }).gate).toMatchObject({
      server: 'answers',
      cutoff: 0,
    });
  });

  test('versions that do not fit: the last lease is the end, also where policy says keep (case 76)', () => {
    const machine = new Machine();
    const held = lastOnes([hold(machine)]);
    const keep = info('closed', 'keep');
    expect(stand(machine, held, keep, { server: 'unfit' }).gate).toMatchObject({
      access: 'change',
      cutoff: Math.floor((machine.wall() + MINUTE) / 1000) * 1000,
    });
    machine.pass(MINUTE);
    expect(stand(machine, held, keep, { server: 'unfit' }).access).toBe('none');
  });

  test('keep: the grant runs on to its own end, and is not cut off', () => {
    const machine = new Machine();
    const held = [hold(machine)];
    machine.pass(5 * MINUTE);
    expect(stand(machine, held, info('closed', 'keep'), { server: 'away' }).gate).toMatchObject({
      access: 'change',
      server: 'away',
      cutoff: 0,
    });
    machine.pass(15 * MINUTE);
    expect(stand(machine, held, info('closed', 'keep')).access).toBe('none');
  });

  test('a full outbox shuts every console, whatever its mode (T28)', () => {
    const machine = new Machine();
    for (const mode of ['closed', 'read-only', 'watch'] as const)
      expect(stand(machine, [hold(machine)], info(mode), { stop: true })).toMatchObject({
        base: 'none',
        access: 'none',
      });
  });
});

describe('clocks', () => {
  test('the server may be a day ahead or behind: only its own differences count (case 26)', () => {
    const machine = new Machine();
    const day = 24 * 60 * MINUTE;
    for (const issued of [machine.wall() - day, machine.wall() + day]) {
      const { gate } = stand(machine, [
        hold(machine, { issued, dies: issued + MINUTE, until: issued + 9 * MINUTE }),
      ]);
      expect(gate.access).toBe('change');
      expect(gate.until).toBe(machine.wall() + 9 * MINUTE);
    }
  });

  test('a clock set back wins no time: monotonic counts, and after a restart it counts as over (T34)', () => {
    const machine = new Machine();
    const held = hold(machine);
    machine.pass(MINUTE / 2);
    machine.setBack(60 * MINUTE);
    expect(stand(machine, [held]).access).toBe('change');
    expect(stand(machine, [forStorage(held)]).access).toBe('none');
    machine.pass(MINUTE / 2);
    expect(stand(machine, [held]).access).toBe('none');
  });

  test('a page counts from the writing of its gate, and shuts by itself (T10)', () => {
    const machine = new Machine();
    const { gate } = stand(machine, [hold(machine)]);
    machine.pass(10_000);
    const read = { wall: machine.wall(), monotonic: machine.monotonic() };
    expect(accessBy(gate, read, machine)).toEqual({ access: 'change', left: 50_000 });
    machine.setBack(40_000);
    machine.pass(49_999);
    expect(accessBy(gate, read, machine).access).toBe('change');
    machine.pass(1);
    expect(accessBy(gate, read, machine).access).toBe('none');
  });

  test('a page whose timer comes a moment early still knows of an end, however its clock runs on (T10, case 27)', () => {
    const machine = new Machine();
    const { gate } = stand(machine, [hold(machine)]);
    const read = { wall: machine.wall(), monotonic: machine.monotonic() };
    machine.pass(MINUTE - 1);
    const running: Clocks = {
      wall: () => machine.wall(),
      monotonic: () => {
        machine.pass(1);
        return machine.monotonic() - 1;
      },
    };
    expect(accessBy(gate, read, running)).toEqual({ access: 'change', left: 1 });
    expect(accessBy(gate, read, running)).toEqual({ access: 'none', left: Infinity });
  });

  test('a page that reads its gate with a clock set back gets no access from it (T34)', () => {
    const machine = new Machine();
    const { gate } = stand(machine, [hold(machine)]);
    machine.setBack(10 * MINUTE);
    expect(accessBy(gate, { wall: machine.wall(), monotonic: machine.monotonic() }, machine).access).toBe(
      'none',
    );
  });

  test('access by mode has no end', () => {
    const machine = new Machine();
    const { gate } = stand(machine, [], info('watch'));
    machine.pass(1_000 * MINUTE);
    expect(accessBy(gate, { wall: 0, monotonic: 0 }, machine).access).toBe('change');
  });
});

test('an address belongs to a console by its exact host (case 38)', () => {
  const consoles = [info('closed')];
  expect(consoleOf(consoles, 'https://harbour.test:8443/x')?.id).toBe('harbour');
  for (const address of [
    'https://harbour.test.evil.test/',
    'https://harbour.test@evil.test/',
    'javascript:alert(1)//harbour.test/',
    'file://harbour.test/x',
    'not an address',
  ])
    expect(consoleOf(consoles, address)).toBeUndefined();
});
