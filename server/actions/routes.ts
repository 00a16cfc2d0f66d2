import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';
import { actionDetail, batch as batchSchema } from '#shared/domain/actions/statements.ts';
import { parseCanonical } from '#shared/log/canonical.ts';
import { wire } from '#shared/wire/index.ts';
import type { Services } from '../context.ts';
import { requireCommitted } from '../details/index.ts';
import { enforceLimit, serve } from '../http/index.ts';
import { signedByBrowser } from '../browsers/index.ts';
import { record } from './recording.ts';

/** Actions of one browser in a minute: as many as an outbox holds that waited through an outage (case 44). */
const mostActions = 10_000;

/** Taking in batches of actions, and proving to the browser that each is in the log. */
export function actionRoutes(app: OpenAPIHono, services: Services): void {
  const { log, heartbeats } = services;

  serve(app, services, wire.recordActions, async ({ who, body }) => {
    heartbeats.heard(who.browser.id);
    const batch = signedByBrowser(services, who, 'batch', body.batch, batchSchema);
    if (body.details.length !== batch.actions.length)
      throw new Refusal('statement_mismatch', { field: 'details' });
    batch.actions.forEach((action, n) => {
      const detail = body.details[n];
      requireCommitted(detail, action.detail, `details.${n}`);
      readDetail(detail?.text ?? '', n);
    });

    enforceLimit(services.limits, `actions of ${who.browser.id}`, mostActions, batch.actions.length);

    const { from } = body;
    if (from > log.size) throw new Refusal('invalid_input', { field: 'from' });

    const index = await record(services, who, batch, body);

    const { size } = log;
    return {
      number: batch.number,
      index,
      entry: base64(log.reader.entry(index) ?? new Uint8Array()),
      checkpoint: log.checkpoint ?? '',
      inclusion: log.reader.inclusion(index, size).map(base64),
      consistency: from === 0 ? [] : log.reader.consistency(from, size).map(base64),
    };
  });
}

/** A receipt is mostly base64, and `toBase64`, which runs in browsers too, takes seventy times as long. */
const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

function readDetail(text: string, n: number): void {
  try {
    actionDetail.parse(parseCanonical(text));
  } catch (cause) {
    throw new Refusal('invalid_input', { cause, field: `details.${n}` });
  }
}
