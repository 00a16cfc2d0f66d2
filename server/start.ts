import { mkdirSync } from 'node:fs';
import { Server, type ServerOptions } from 'node:http';
import { type ServerType, type WebSocketServerLike, serve as listen } from '@hono/node-server';
import { pino } from 'pino';
import { toBase64url } from '#shared/bytes.ts';
import { WebSocketServer } from 'ws';
import { buildApp } from './app.ts';
import { Pairings } from './browsers/services.ts';
import { tellChanges } from './changes/index.ts';
import type { Config } from './config.ts';
import type { Services } from './context.ts';
import { FolderInUse, holdFolder, isDamage, isRefusedByDisk, openDatabase } from './db/index.ts';
import { Watch } from './fsck/index.ts';
import { Activations, Heartbeats, LeaseKey } from './grants/services.ts';
import { startRetention } from './erasure/index.ts';
import { startClock } from './grants/index.ts';
import { capConnections, Hub, Limits, Load, Proofs } from './http/index.ts';
import { type ClockSources, Log, systemClocks, untilRestartNeeded } from './log/index.ts';
import { Counters, Setup, LastSeen, SignIns, Touches } from './people/services.ts';
import { hostResets, startExpiry } from './people/index.ts';
import { readSettings, Witnesses, WitnessStore } from './witness/index.ts';
import { PolicyKeeper } from './policy/services.ts';
import { writeExamplePolicy } from './policy/index.ts';

export interface Running {
  services: Services;
  /** The port it listens on. */
  port: number;
  /** Holds the database against the log now, as happens every few minutes. */
  check(): Promise<void>;
  /** Resolves with the reason when the log can be written again only by a process started anew. */
  restartNeeded: Promise<string>;
  close(): Promise<void>;
}

/** Whoever sends slowly, or does not read what they asked for, does not hold a connection for long. In ms. */
interface Patience extends ServerOptions {
  /** Without a byte either way; the streams of pages and browsers have their own signs of life. */
  silence: number;
}
const patience: Patience = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  // Longer than proxies keep a connection that nobody uses (60 s in nginx): whoever closes first must not be the server,
  // or a call that was just sent down it is lost.
  keepAliveTimeout: 75_000,
  silence: 80_000,
};

/** Keeps streams and the extension's worker awake. */
const HEARTBEAT_MS = 10_000;
/** What is kept of who was there may be that much too early after a crash. */
const LAST_SEEN_WRITE_MS = 60_000;

/** Opens the data folder, brings the parts together and listens. Throws an Error with a sentence where it cannot. */
export async function startServer(
  config: Config,
  clocks: ClockSources = systemClocks,
  waits: Patience = patience,
): Promise<Running> {
  const { dataFolder } = config;
  let release: (() => void) | undefined;
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    release = holdFolder(dataFolder);
    const running = await startHolding(config, clocks, waits);
    const close = (): Promise<void> => running.close().finally(release);
    return { ...running, close };
  } catch (error) {
    release?.();
    throw withNextStep(dataFolder, error);
  }
}

/** What fails a start for the sake of its disk, with a sentence that says what to do. */
function withNextStep(folder: string, error: unknown): unknown {
  if (error instanceof FolderInUse) return error;
  if (isDamage(error))
    return new Error(
      `The database in ${folder} is damaged: ${error.message}. Run \`countersign log fsck\` on the folder, and restore the newest backup of it.`,
      { cause: error },
    );
  const refused = [error, error instanceof Error ? error.cause : undefined].find(isRefusedByDisk);
  return refused
    ? new Error(
        `The data folder ${folder} cannot be used: ${refused.message}. See whether its disk is full, read-only or failing, then start again.`,
        { cause: error },
      )
    : error;
}

async function startHolding(
  config: Config,
  clocks: ClockSources,
  { silence, ...serverOptions }: Patience,
): Promise<Running> {
  const logger = pino({ level: config.logLevel });
  if (await writeExamplePolicy(config.policyFile))
    logger.info({ file: config.policyFile }, 'wrote an example policy to start from');
  const database = await openDatabase(config.dataFolder);
  const report = (err: unknown): void => logger.error({ err }, 'the log');
  const origin = `${new URL(config.webOrigin).host}/1`;
  const log = await Log.open({ folder: config.dataFolder, origin, database, report, clocks });
  // Log time: it goes on where the wall clock was set back, so that nothing lives longer by it (case 28).
  const now = (): number => log.now();
  const watch = await Watch.start(log, database.path, logger);
  if (!log.health.ok)
    logger.error({ reason: log.health.reason }, 'the log cannot be written; reads are served');

  for (const { handle, resetByHost } of hostResets(log.state, now()))
    logger.warn(
      { alarm: 'host-reset', administrator: handle, at: new Date(resetByHost ?? 0).toISOString() },
      'an administrator was reset by the command on this host in the last 30 days; if none of you did that, somebody else holds this host',
    );

  const lastSeen = new LastSeen(database.tables);
  const hub = new Hub(now, lastSeen);
  const witnesses = new Witnesses({
    settings: await readSettings(config.dataFolder),
    store: new WitnessStore(database.tables),
    folder: config.dataFolder,
    host: new URL(config.webOrigin).host,
    log,
    logger,
    changed: () => hub.tell(['witnesses']),
  });
  const counters = new Counters(database.tables, now);
  const services: Services = {
    config,
    logger,
    now,
    log,
    db: database.reader,
    policy: await PolicyKeeper.open(config, log, logger),
    counters,
    signIns: new SignIns(database.tables, now),
    touches: new Touches({
      place: config,
      counters,
      head: () => ({ size: log.shown.size, root: toBase64url(log.shown.root) }),
      log: () => log.origin,
      now,
    }),
    setup: new Setup(),
    pairings: new Pairings(now),
    activations: new Activations(now),
    heartbeats: new Heartbeats(now, lastSeen),
    leaseKey: new LeaseKey(config.dataFolder, log.state.get('log', 'log')),
    proofs: new Proofs(now),
    witnesses,
    hub,
    limits: new Limits(now),
    load: new Load(),
  };
  if (log.size > 0) services.setup.close();
  log.subscribe((entries) => {
    const row = log.state.get('log', 'log');
    if (row && entries.some(({ index }) => index === row.entry)) services.leaseKey.follow(row);
  });

  const app = buildApp(services);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  const server = await new Promise<ServerType>((resolve, reject) => {
    const { host: hostname, port } = config.listen;
    const made = listen(
      {
        fetch: app.fetch,
        hostname,
        port,
        websocket: { server: sockets as WebSocketServerLike },
        serverOptions,
      },
      () => resolve(made),
    );
    made.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is in use. Stop the other program, or set COUNTERSIGN_LISTEN.`)
          : error,
      ),
    );
  });
  if (server instanceof Server) {
    server.setTimeout(silence);
    capConnections(server);
  }
  const address = server.address();
  const restart = untilRestartNeeded(log);
  const beat = setInterval(() => services.hub.beat(), HEARTBEAT_MS).unref();
  const keeping = setInterval(() => lastSeen.write(), LAST_SEEN_WRITE_MS).unref();
  const stopTelling = tellChanges(services);
  const stopClock = startClock(services);
  const stopRetention = startRetention(services);
  const stopExpiry = startExpiry(services);
  // A policy in force is an entry; one that was refused is not, and the pages show its problems.
  const stopWatching = services.policy.watch(log, () => hub.tell(['policy']));

  return {
    services,
    port: typeof address === 'object' && address ? address.port : config.listen.port,
    check: () => watch.now(),
    restartNeeded: restart.reason,
    async close() {
      restart.stop();
      clearInterval(beat);
      clearInterval(keeping);
      stopWatching();
      stopClock();
      stopTelling();
      stopRetention();
      stopExpiry();
      witnesses.stop();
      services.hub.closeAll();
      sockets.close();
      await watch.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      lastSeen.write();
      await log.close();
      await database.close();
    },
  };
}
