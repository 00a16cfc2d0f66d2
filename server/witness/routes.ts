import type { OpenAPIHono } from '@hono/zod-openapi';
import { toBase64 } from '#shared/bytes.ts';
import { wire } from '#shared/wire/index.ts';
import type { WitnessesView } from '#shared/domain/witnesses/wire.ts';
import type { Services } from '../context.ts';
import { addressOf, boundedBody, enforceLimit, serve } from '../http/index.ts';
import { refOf } from '../people/index.ts';
import { addCheckpoint } from './add-checkpoint.ts';
import { cosignedAt, refuseNoFork } from './rules.ts';
import { isOf } from './notes.ts';

/** Checkpoints that one address may send in a minute for this server to witness. */
const MAX_CHECKPOINTS_PER_MINUTE = 120;

/** Being witnessed by browsers and others, and witnessing other logs. */
export function witnessRoutes(app: OpenAPIHono, services: Services): void {
  const { log, witnesses, hub, logger, now } = services;
  const { store } = witnesses;

  serve(app, services, wire.witness, ({ who, body: { from } }) => {
    services.heartbeats.heard(who.browser.id);
    const { note, size } = log.head;
    const consistency =
      from === 0 || from > size ? [] : log.reader.consistency(from, size).map((hash) => toBase64(hash));
    return { checkpoint: note, consistency };
  });

  serve(app, services, wire.cosignCheckpoint, async ({ who, body }) => {
    const { id } = who.browser;
    const time = await cosignedAt(log, who.browser, body, store.newest(id));
    if (time === undefined) return { taken: false };
    store.keep({
      witness: id,
      kind: 'browser',
      size: log.head.size,
      time,
      note: body.checkpoint,
      line: body.line,
    });
    hub.tell(['witnesses']); // a cosignature is no entry
    return { taken: true };
  });

  serve(app, services, wire.reportFork, async ({ who, body }) => {
    await refuseNoFork(log, body);
    if (store.keepFork(who.browser.id, now(), body.held, body.shown))
      logger.error(
        { alarm: 'fork', browser: who.browser.id, held: body.held, shown: body.shown },
        'a browser was shown two histories of this log: somebody signed with its key beside this server, or an older copy of it was run',
      );
    hub.tell(['witnesses']); // nor is a report of a fork
    return { ok: true as const };
  });

  serve(app, services, wire.listWitnesses, ({ who }): WitnessesView => {
    const { state } = log;
    const named = (id: string) => {
      const browser = state.get('browser', id);
      return {
        browser: id,
        label: browser?.label ?? 'a browser',
        person: refOf(services, browser?.person ?? ''),
      };
    };
    const size = log.checkpoint === undefined ? log.size : log.head.size;
    const seesForks = who.person.roles.some((role) => role !== 'engineer');
    return {
      now: now(),
      size,
      browsers: store
        .all()
        .filter((each) => each.kind === 'browser' && isOf(each, { origin: log.origin, size }))
        .map(({ witness, size, time }) => ({
          ...named(witness),
          size,
          time: time * 1000,
          paired: state.get('browser', witness)?.status === 'paired',
        })),
      outside: witnesses.anchors.map((anchor) => anchor.status),
      forks: seesForks ? store.forks().map(({ browser, ...fork }) => ({ ...named(browser), ...fork })) : [],
    };
  });

  // C2SP tlog-witness. Whoever is not in the list of logs gets a 404; a signature by the log is all the sign-in there is.
  app.post('/add-checkpoint', async (c) => {
    enforceLimit(services.limits, `add-checkpoint ${addressOf(c)}`, MAX_CHECKPOINTS_PER_MINUTE);
    const { logs } = witnesses.settings;
    const { signer } = witnesses;
    if (!signer) return c.text('This server witnesses no other logs.\n', 404);
    const { status, body, type } = await addCheckpoint(await boundedBody(c, services.load), {
      logs,
      store,
      signer,
      now,
    });
    return c.text(body, status, { 'Content-Type': type ?? 'text/plain; charset=utf-8' });
  });
}
