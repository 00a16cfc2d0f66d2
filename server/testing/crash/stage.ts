import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import { readConfig } from '../../config.ts';
import type { ClockSources } from '../../log/clock.ts';
import { type Running, startServer } from '../../start.ts';
import { Person } from '../person.ts';
import { testPolicy } from '../policy.ts';
import type { SoftBrowser } from '../soft-browser.ts';
import { Loader } from './load.ts';
import { type ProcessOptions, ServerProcess, freePort } from './process.ts';

const BROWSERS = 6;

/** A log that was set up once, to be copied for each round: people, paired browsers, and what a verifier pins. */
export class Stage {
  readonly port: number;
  readonly admin: Person;
  readonly browsers: SoftBrowser[] = [];
  logKey = '';
  genesis = '';
  readonly #root = mkdtempSync(join(tmpdir(), 'countersign-crash-'));
  readonly #prepared = join(this.#root, 'prepared');
  #copies = 0;

  private constructor(port: number) {
    this.port = port;
    this.admin = this.stranger();
  }

  static async prepare(): Promise<Stage> {
    const stage = new Stage(await freePort());
    const server = await stage.start(stage.bare('prepared'));
    await stage.admin.enrol(server.services.setup.code ?? '');
    for (let n = 0; n < BROWSERS; n += 1) stage.browsers.push(await stage.admin.pair());
    const [browser] = stage.browsers;
    if (!browser) throw new Error('no browser');
    ({ logKey: stage.logKey, genesis: stage.genesis } = (
      await call(browser.send, wire.browserState, {})
    ).log);
    await server.close();
    return stage;
  }

  /** Somebody with a key, enrolled nowhere. */
  stranger(handle = 'root'): Person {
    return new Person({ webOrigin: this.origin, rpId: 'localhost' }, handle);
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  /** A folder before set-up. */
  bare(name = `bare-${(this.#copies += 1)}`): string {
    const folder = join(this.#root, name);
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'policy.yaml'), testPolicy);
    return folder;
  }

  /** A fresh copy of the folder, or of another one. */
  copy(from = this.#prepared): string {
    this.#copies += 1;
    const folder = join(this.#root, `data-${this.#copies}`);
    mkdirSync(folder, { mode: 0o700 });
    cpSync(from, folder, { recursive: true });
    return folder;
  }

  /** The server within this process: what is not to be killed needs none of its own. */
  start(folder: string, clocks?: ClockSources): Promise<Running> {
    return startServer(
      readConfig({
        COUNTERSIGN_ORIGIN: this.origin,
        COUNTERSIGN_DATA: folder,
        COUNTERSIGN_LOG_LEVEL: 'silent',
      }),
      clocks,
    );
  }

  /** Does this while such a server runs. */
  async during<T>(folder: string, deed: (running: Running) => Promise<T>): Promise<T> {
    const running = await this.start(folder);
    try {
      return await deed(running);
    } finally {
      await running.close();
    }
  }

  /** The server in a process of its own. */
  serve(options: Omit<ProcessOptions, 'port'>): ServerProcess {
    return new ServerProcess({ ...options, port: this.port });
  }

  loaders(): Loader[] {
    return this.browsers.map((browser) => new Loader(browser, this.logKey));
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** What takes long to prepare on a stage is prepared once for all acts that begin with it. */
export function oncePerStage<T>(prepare: (stage: Stage) => Promise<T>): (stage: Stage) => Promise<T> {
  const prepared = new WeakMap<Stage, Promise<T>>();
  return (stage) => {
    const found = prepared.get(stage) ?? prepare(stage);
    prepared.set(stage, found);
    return found;
  };
}
