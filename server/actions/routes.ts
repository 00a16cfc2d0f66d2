import type { OpenAPIHono } from '@hono/zod-openapi';
import { toBase64 } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { actionDetail, batch as batchSchema } from '#shared/entries/signed.ts';
import { parseCanonical } from '#shared/statement/signing.ts';
import { wire } from '#shared/wire/index.ts';
import { consoleNamed } from '../consoles/list.ts';
import type { Services } from '../context.ts';
import { keepDetails, refuseOtherDetail } from '../details.ts';
import { serve } from '../http/serve.ts';
import { signedByBrowser } from '../requests/asking.ts';
import { refuseBrokenChain, refuseForeignSessions, violations } from './decide.ts';
import { entryOfBatch } from './store.ts';

/** Taking in batches of actions, and proving to the browser that each is in the log. */
export function actionRoutes(app: OpenAPIHono, services: Services): void {
  const { log, hub, heartbeats } = services;

  serve(app, services, wire.recordActions, async ({ who, body }) => {
    heartbeats.heard(who.browser.id);
    const batch = signedByBrowser(services, who, 'batch', body.batch, batchSchema);
    if (body.details.length !== batch.actions.length)
      throw new Refusal('statement_mismatch', { field: 'details' });
    batch.actions.forEach((action, n) => {
      const detail = body.details[n];
      refuseOtherDetail(detail, action.detail, `details.${n}`);
      readDetail(detail?.text ?? '', n);
    });

    const { from } = body;
    if (from > log.size) throw new Refusal('invalid_input', { field: 'from' });

    // A batch that is in already is proven again: its answer was lost on the way (case 46).
    const find = () => entryOfBatch(services, who.browser.id, batch.number, body.batch.text);
    const known = find();
    const append = async (): Promise<number> => {
      const { value } = await log.run((draft) => {
        const browser = draft.state.get('browser', who.browser.id);
        if (browser?.status !== 'paired') throw new Refusal('browser_unknown');
        refuseBrokenChain(browser, batch);
        refuseForeignSessions(draft.state, browser, batch);
        keepDetails(draft, ...body.details);
        const insert = draft.db.prepare(
          'INSERT INTO actions (entry, n, session, time, kind) VALUES (?, ?, ?, ?, ?)',
        );
        batch.actions.forEach((action, n) =>
          insert.run(draft.size, n, action.session, action.at, action.kind),
        );
        const count = violations(draft.state, batch, (console) => consoleNamed(services, console).mode);
        return draft.append('actions.recorded', {
          browser: browser.id,
          number: batch.number,
          batch: body.batch,
          violations: count,
        });
      });
      return value;
    };
    const index =
      known ??
      (await append().catch((error: unknown) => {
        // Its twin, sent at the same time, was faster (case 45).
        const twin = find();
        if (twin === undefined) throw error;
        return twin;
      }));
    const sessions = new Set(batch.actions.map(({ session }) => `session:${session}`));
    if (known === undefined) hub.nudge(['live', 'log', ...sessions]);

    const { size } = log;
    return {
      number: batch.number,
      index,
      entry: toBase64(log.reader.entry(index) ?? new Uint8Array()),
      checkpoint: log.checkpoint ?? '',
      inclusion: log.reader.inclusion(index, size).map(toBase64),
      consistency: from === 0 ? [] : log.reader.consistency(from, size).map(toBase64),
    };
  });
}

function readDetail(text: string, n: number): void {
  try {
    actionDetail.parse(parseCanonical(text));
  } catch (cause) {
    throw new Refusal('invalid_input', { cause, field: `details.${n}` });
  }
}
