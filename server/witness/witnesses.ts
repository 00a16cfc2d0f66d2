import type { Logger } from 'pino';
import type { Log } from '../log/index.ts';
import { type Anchor, AnchorAlarm, gitRepository, onceFolder, witnessServer } from './anchors.ts';
import { type AnchorStatus, lastReached, noteReached } from './reached.ts';
import type { WitnessSettings } from './settings.ts';
import { WitnessSigner } from './signer.ts';
import type { WitnessStore } from './store.ts';

declare module '../context.ts' {
  interface Services {
    witnesses: Witnesses;
  }
}

/** How often an anchor gets a checkpoint at most, and how long a failure is waited out at most; in ms. */
const MIN_INTERVAL_MS = 60_000;
const MAX_RETRY_MS = 30 * 60_000;

/** Hands the newest checkpoint to one anchor: at once after a quiet minute, later again where it failed. */
class Relay {
  status: AnchorStatus;
  readonly #anchor: Anchor;
  readonly #log: Log;
  readonly #changed: () => void;
  readonly #report: (anchor: Anchor, error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #last = -Infinity;
  #failures = 0;

  constructor(
    anchor: Anchor,
    time: number | undefined,
    log: Log,
    changed: () => void,
    report: (anchor: Anchor, error: Error) => void,
  ) {
    this.#anchor = anchor;
    this.#log = log;
    this.#changed = changed;
    this.#report = report;
    const { name, kind } = anchor;
    this.status = { name, kind, size: 0, ...(time === undefined ? {} : { time }), alarm: false };
  }

  async start(): Promise<void> {
    const size = await this.#anchor.known();
    this.status = { ...this.status, size };
    this.wake();
  }

  /** There may be a newer checkpoint. */
  wake(): void {
    if (this.#timer || this.#running || this.#log.checkpoint === undefined) return;
    if (this.#log.head.size === this.status.size && this.status.trouble === undefined) return;
    const wait = this.#failures > 0 ? Math.min(MAX_RETRY_MS, 1000 * 2 ** this.#failures) : MIN_INTERVAL_MS;
    const due = Math.max(0, this.#last + wait - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, due).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running = true; // wakes nothing more
  }

  async #send(): Promise<void> {
    this.#running = true;
    const { head } = this.#log;
    const { name, kind, size } = this.status;
    try {
      await this.#anchor.send(head);
      this.#failures = 0;
      this.status = { name, kind, size: head.size, time: this.#log.now(), alarm: false };
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      this.#failures += 1;
      const { time } = this.status;
      this.status = {
        name,
        kind,
        size,
        ...(time === undefined ? {} : { time }),
        trouble: error.message,
        alarm: error instanceof AnchorAlarm,
      };
      this.#report(this.#anchor, error);
    }
    this.#last = performance.now();
    this.#running = false;
    this.#changed();
    this.wake();
  }
}

/** Who witnesses this log from outside, and the other logs that this server witnesses. */
export class Witnesses {
  readonly settings: WitnessSettings;
  readonly store: WitnessStore;
  /** Present where this server witnesses other logs. */
  readonly signer: WitnessSigner | undefined;
  readonly anchors: readonly Relay[];
  readonly #stop: () => void;

  constructor(of: {
    settings: WitnessSettings;
    store: WitnessStore;
    folder: string;
    host: string;
    log: Log;
    logger: Logger;
    changed: () => void;
  }) {
    const { settings, store, folder, host, log, logger, changed } = of;
    this.settings = settings;
    this.store = store;
    this.signer =
      settings.logs.length > 0 ? new WitnessSigner(folder, settings.name ?? `${host}/witness`) : undefined;
    if (this.signer)
      logger.info({ key: this.signer.vkey }, 'this server witnesses other logs; give them this key');
    const anchors = [
      ...settings.witnesses.map((witness) =>
        witnessServer(witness, store, (from, to) => log.reader.consistency(from, to)),
      ),
      ...settings.git.map(gitRepository),
      ...settings.folders.map(onceFolder),
    ];
    const report = ({ name, kind }: Anchor, error: Error): void =>
      logger[error instanceof AnchorAlarm ? 'error' : 'warn'](
        { anchor: name, kind, err: error, ...(error instanceof AnchorAlarm && { alarm: 'anchor' }) },
        'a checkpoint could not be handed on',
      );
    const before = lastReached(folder);
    const noted = (): void => {
      noteReached(
        folder,
        this.anchors.map(({ status }) => status),
      );
      changed();
    };
    this.anchors = anchors.map((anchor) => {
      const { time } = before.find(({ name, kind }) => name === anchor.name && kind === anchor.kind) ?? {};
      return new Relay(anchor, time, log, noted, report);
    });
    for (const anchor of this.anchors)
      anchor.start().catch((err: unknown) => logger.error({ err }, 'an anchor could not be started'));
    this.#stop = log.subscribe(() => this.anchors.forEach((anchor) => anchor.wake()));
  }

  stop(): void {
    this.#stop();
    for (const anchor of this.anchors) anchor.stop();
  }
}
