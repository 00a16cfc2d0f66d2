import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Entry, EntryType, Kind } from '#shared/domain/entries.ts';
import type { Role } from '#shared/domain/primitives.ts';
import { canonical } from '#shared/log/canonical.ts';
import { readConfig } from '../config.ts';
import { type Running, startServer as start } from '../start.ts';
import { TestClock } from './clock.ts';
import { Person } from './person.ts';
import { testPolicy } from './policy.ts';
import type { SoftKeyOptions } from './soft-key.ts';

const kinds: Kind[] = [
  'log',
  'policy',
  'person',
  'invitation',
  'key',
  'browser',
  'request',
  'grant',
  'session',
  'act',
  'erasure',
];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** The real server in this process: own data folder, own port, real routes, a clock that can be moved. */
export class TestServer {
  readonly clock: TestClock;
  readonly folder: string;
  readonly origin: string;
  readonly #env: NodeJS.ProcessEnv;
  #running: Running | undefined;
  /** The first administrator, enrolled by the set-up link. */
  readonly admin: Person;

  constructor(folder: string, port: number) {
    this.folder = folder;
    this.origin = `http://localhost:${port}`;
    this.clock = new TestClock();
    this.#env = {
      COUNTERSIGN_ORIGIN: this.origin,
      COUNTERSIGN_DATA: folder,
      COUNTERSIGN_LOG_LEVEL: 'silent',
    };
    this.admin = new Person({ webOrigin: this.origin, rpId: 'localhost' }, 'root');
  }

  get services(): Running['services'] {
    if (!this.#running) throw new Error('the server is not running');
    return this.#running.services;
  }

  async start(): Promise<void> {
    this.#running = await start(readConfig(this.#env), this.clock);
  }
  /** Holds the database against the log now, as happens every few minutes. */
  async check(): Promise<void> {
    await this.#running?.check();
  }
  async stop(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }
  /** Stops and removes what it kept. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A stranger with a key of their own, not enrolled. */
  stranger(handle = 'mallory', options?: SoftKeyOptions): Person {
    return new Person(this.admin.place, handle, options);
  }
  /** Invites and enrols somebody. */
  async person(handle: string, roles: Role[], options?: SoftKeyOptions): Promise<Person> {
    const person = this.stranger(handle, options);
    await person.enrol(await this.admin.invite(handle, roles));
    return person;
  }

  /** Saves another policy. */
  save(text: string): void {
    writeFileSync(join(this.folder, 'policy.yaml'), text);
  }
  /** Saves another policy and waits until the server has taken it, or has refused it. */
  async load(text: string): Promise<void> {
    const seen = (): unknown => {
      const { policy, log } = this.services;
      return `${log.state.get('policy', 'current')?.hash} ${JSON.stringify(policy.problems)}`;
    };
    const before = seen();
    this.save(text);
    await expect.poll(seen, { timeout: 15_000 }).not.toBe(before);
    // Under a signed head, as everybody else hears of it.
    await this.services.log.run(() => undefined);
  }

  /** The log's entries from `from` on. */
  entries(from = 0): Entry[] {
    const { log } = this.services;
    return Array.from({ length: log.size - from }, (_, n) => log.entry(from + n));
  }
  /** A hash over all folded state. */
  stateHash(): string {
    const hash = createHash('sha256');
    for (const kind of kinds)
      for (const [id, row] of this.services.log.state.all(kind))
        hash.update(`${kind} ${id} ${canonical(row)}\n`);
    return hash.digest('hex');
  }

  /**
   * Lets the server notice that its clock was moved: its timers follow real time, and are set anew after each entry.
   */
  async wake(): Promise<void> {
    await this.services.log.run((draft) =>
      draft.append('attempt.refused', { what: 'a test', why: 'waking' }),
    );
  }

  /**
   * Runs a call and asserts exactly which entries it appended, in order. Folded state may change only with an entry,
   * whatever the call does. What the call throws is thrown on.
   */
  async appends<T>(types: EntryType[], act: () => Promise<T>): Promise<T> {
    const { size } = this.services.log;
    const before = this.stateHash();
    const check = (): void => {
      expect(this.entries(size).map(({ type }) => type)).toEqual(types);
      if (types.every((type) => type === 'attempt.refused')) expect(this.stateHash()).toBe(before);
    };
    try {
      return await act();
    } finally {
      // What the clock appended meanwhile is in the state a moment before it is under a signed head.
      await this.services.log.run(() => undefined).catch(() => undefined);
      check();
    }
  }
}

/** Starts a server that is not set up yet. */
export async function startBare(policy = testPolicy): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-server-'));
  writeFileSync(join(folder, 'policy.yaml'), policy);
  const server = new TestServer(folder, await freePort());
  await server.start();
  return server;
}

/** Starts a server whose first administrator is enrolled. */
export async function startServer(policy = testPolicy): Promise<TestServer> {
  const server = await startBare(policy);
  await server.admin.enrol(server.services.setup.code ?? '');
  return server;
}
