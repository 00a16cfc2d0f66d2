import type { Topic } from '#shared/wire/stream.ts';
import { type IndexKey, browserKeys } from '#shared/domain/index-keys.ts';
import type { Names } from './entries.ts';
import { type Batch, batchOf } from './statements.ts';
import { isOwn } from './violations.ts';
import type { Commitments, IndexKeys, Reducers, Topics } from '#shared/domain/definition.ts';
import { signedHash } from '#shared/domain/signing.ts';
import { change, must } from '#shared/domain/state.ts';

export const fold: Reducers<Names> = {
  'actions.recorded/1'(state, { body }, index) {
    const batch = batchOf(body.batch);
    const browser = must(state, 'browser', body.browser);
    if (batch.number !== browser.number + 1 || batch.previous !== browser.chain)
      throw new Error(
        `the log contradicts itself: batch ${batch.number} of browser ${browser.id} does not follow`,
      );
    state.put('browser', browser.id, {
      ...browser,
      number: batch.number,
      chain: signedHash('batch', body.batch.text),
      last: index,
    });
    for (const sessionId of new Set(batch.actions.map((action) => action.session))) {
      if (!isOwn(state, batch.browser, sessionId)) continue;
      const own = batch.actions.filter((action) => action.session === sessionId);
      const forbidden = body.violations.filter((n) => batch.actions[n]?.session === sessionId);
      change(state, 'session', sessionId, (row) => ({
        ...row,
        actions: row.actions + own.length,
        violations: row.violations + forbidden.length,
        lastAction: own.reduce((latest, action) => Math.max(latest, action.at), row.lastAction ?? 0),
      }));
    }
  },
};

export const indexKeys: IndexKeys<Names> = {
  'actions.recorded/1'({ body }, state) {
    const { actions } = JSON.parse(body.batch.text) as Batch;
    return [
      ...browserKeys(state, body.browser),
      `batch:${body.browser}:${body.number}`,
      ...actions.flatMap(({ console, session }): IndexKey[] => [
        `console:${console}`,
        isOwn(state, body.browser, session) ? `session:${session}` : 'ungranted',
      ]),
    ];
  },
};

export const topics: Topics<Names> = {
  'actions.recorded/1': ({ body }) => ['live', ...sessionsOf(JSON.parse(body.batch.text) as Batch)],
};

const sessionsOf = ({ actions }: Batch): Topic[] => [
  ...new Set(actions.map(({ session }) => `session:${session}` as const)),
];

/** The free text that these commit to. */
export const commitments: Commitments<Names> = {
  'actions.recorded/1': ({ body }) =>
    batchOf(body.batch).actions.map(({ detail, session, console }) => ({
      commitment: detail,
      action: { session, console },
    })),
};
