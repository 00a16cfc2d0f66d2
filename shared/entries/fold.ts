import { type Ask, type Batch } from '#shared/entries/signed.ts';
import { signedHash } from '#shared/domain/signing.ts';
import { type Entry, type EntryOf, type EntryType, type Kind, type Rows } from '#shared/entries/types.ts';

/**
 * State is what the log says: people, keys, browsers, requests, grants and sessions are this pure fold over entries.
 * The server applies it in the append's own transaction, the verifier applies it again. It assumes that whoever
 * appended had judged it (`judge` in `shared/verify`); what it cannot make sense of is a contradiction and throws.
 */

/** Folded state as the fold sees it: typed rows by kind and id. */
export interface State {
  get<K extends Kind>(kind: K, id: string): Rows[K] | undefined;
  all<K extends Kind>(kind: K): Iterable<[string, Rows[K]]>;
}
export interface FoldedState extends State {
  put<K extends Kind>(kind: K, id: string, row: Rows[K]): void;
}

export function must<K extends Kind>(state: State, kind: K, id: string): Rows[K] {
  const row = state.get(kind, id);
  if (!row) throw new Error(`the log contradicts itself: no ${kind} ${id}`);
  return row;
}

function change<K extends Kind>(
  state: FoldedState,
  kind: K,
  id: string,
  by: (row: Rows[K]) => Rows[K],
): void {
  state.put(kind, id, by(must(state, kind, id)));
}

/** An act was confirmed by a second person, in the entry at `index`. */
export function doneBy(state: FoldedState, act: string, by: string, index: number): void {
  change(state, 'act', act, (row) => ({
    ...row,
    status: 'done',
    confirmedBy: by,
    entries: [...row.entries, index],
  }));
}

/** A browser's word counts for its own sessions; what it claims of another one's is kept, as a violation. */
export const isOwn = (state: State, browser: string, session: string): boolean =>
  state.get('session', session)?.browser === browser;

const askOf = ({ text }: { text: string }): Ask => JSON.parse(text) as Ask;
const batchOf = ({ text }: { text: string }): Batch => JSON.parse(text) as Batch;

type Reducers = { [T in EntryType]: (state: FoldedState, entry: EntryOf<T>, index: number) => void };

const reducers: Reducers = {
  genesis(state, { body, time }, index) {
    const { origin, logKey, leaseKey, rpId, webOrigin, extensionOrigins, administrator: a } = body;
    const place = { rpId, webOrigin, extensionOrigins };
    state.put('log', 'log', { origin, logKey, leaseKey, ...place, entry: index, since: time });
    state.put('person', a.person, {
      id: a.person,
      handle: a.handle,
      roles: ['engineer', 'approver', 'auditor', 'administrator'],
      status: 'active',
      since: time,
    });
    state.put('key', a.key.id, { ...a.key, person: a.person, added: time, entry: index });
  },

  'policy.loaded'(state, { body }, index) {
    state.put('policy', 'current', { hash: body.hash, entry: index });
  },

  'person.invited'(state, { body, time }) {
    const { person, handle, roles, by } = body;
    state.put('person', person, { id: person, handle, roles, status: 'invited', since: time, invitedBy: by });
    state.put('invitation', body.invitation, { person, expires: body.expires, used: false });
  },

  'key.enrolled'(state, { body, time }, index) {
    if (body.invitation !== undefined) {
      change(state, 'invitation', body.invitation, (row) => ({ ...row, used: true }));
      change(state, 'person', body.person, (row) => ({ ...row, status: 'active' }));
    }
    state.put('key', body.key.id, { ...body.key, person: body.person, added: time, entry: index });
  },

  'key.removed'(state, { body, time }) {
    change(state, 'key', body.key, (row) => ({ ...row, removed: time }));
  },

  'person.roles-changed'(state, { body }) {
    change(state, 'person', body.person, (row) => ({ ...row, roles: body.roles }));
  },

  'person.disabled'(state, { body }) {
    change(state, 'person', body.person, (row) => ({ ...row, status: 'disabled' }));
  },

  'person.reset'(state, { body, time }) {
    change(state, 'person', body.person, (row) => ({
      ...row,
      status: 'invited',
      ...(body.by === 'host' ? { resetByHost: time } : {}),
    }));
    for (const [key, row] of state.all('key'))
      if (row.person === body.person && row.removed === undefined)
        change(state, 'key', key, (row) => ({ ...row, removed: time }));
    for (const [browser, row] of state.all('browser'))
      if (row.person === body.person && row.status === 'paired')
        change(state, 'browser', browser, (row) => ({ ...row, status: 'unpaired' }));
    // A link from before may be what was lost; from here on only the new one opens anything.
    for (const [hash, row] of state.all('invitation'))
      if (row.person === body.person && !row.used)
        change(state, 'invitation', hash, (row) => ({ ...row, used: true }));
    state.put('invitation', body.invitation, { person: body.person, expires: body.expires, used: false });
  },

  'browser.paired'(state, { body, time }, index) {
    const { browser, person, publicKey, label } = body;
    state.put('browser', browser, {
      id: browser,
      person,
      publicKey,
      label,
      paired: time,
      status: 'paired',
      number: -1,
      chain: '',
      last: -1,
      entry: index,
    });
  },

  'browser.ended'(state, { body }) {
    change(state, 'browser', body.browser, (row) => ({ ...row, status: body.how }));
  },

  'browser.released'(state, { body }) {
    change(state, 'browser', body.browser, (row) => ({ ...row, status: 'released' }));
  },

  'request.asked'(state, { body, time }, index) {
    const ask = askOf(body.ask);
    state.put('ask', body.hash, { request: body.request });
    state.put('request', body.request, {
      id: body.request,
      hash: body.hash,
      person: body.person.id,
      browser: ask.browser,
      console: ask.console,
      level: ask.level,
      seconds: ask.seconds,
      justification: ask.justification,
      ticket: ask.ticket,
      address: ask.address,
      extends: ask.extends,
      asked: time,
      expires: body.expires,
      policy: body.policy,
      eligibility: body.eligibility,
      decides: body.decides,
      status: 'waiting',
      entries: [index],
    });
  },

  'request.withdrawn'(state, { body }, index) {
    change(state, 'request', body.request, (row) => ({
      ...row,
      status: 'withdrawn',
      entries: [...row.entries, index],
    }));
  },

  'request.expired'(state, { body, time }, index) {
    const { request, how, by } = body;
    change(state, 'request', request, (row) => ({
      ...row,
      status: 'expired',
      ...(how === undefined ? {} : { lapsedHow: how, lapsedAt: time }),
      ...(by === undefined ? {} : { lapsedBy: by }),
      entries: [...row.entries, index],
    }));
  },

  'request.decided'(state, { body, time }, index) {
    const request = must(state, 'request', body.request);
    const approved = body.decision === 'approve';
    state.put('request', request.id, {
      ...request,
      status: approved ? 'approved' : 'denied',
      decidedBy: body.approver.id,
      decidedAt: time,
      decidedWith: body.touch.credential,
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      ...(body.grant === undefined ? {} : { grant: body.grant }),
      entries: [...request.entries, index],
    });
    if (!approved) return;
    if (!body.grant || !body.terms)
      throw new Error('the log contradicts itself: an approval without grant or terms');
    const { grant, terms } = body;
    if (request.extends) {
      change(state, 'grant', grant, (row) => ({
        ...row,
        given: time,
        until: terms.until,
        entries: [...row.entries, index],
      }));
      return;
    }
    state.put('grant', grant, {
      id: grant,
      request: request.id,
      person: request.person,
      browser: request.browser,
      console: terms.console,
      level: terms.level,
      made: time,
      given: time,
      until: terms.until,
      undecided: false,
      status: 'approved',
      entries: [index],
    });
  },

  'session.started'(state, { body, time }, index) {
    const request = must(state, 'request', body.request);
    const { terms } = body;
    if (body.undecided) {
      state.put('request', request.id, {
        ...request,
        status: 'approved',
        decidedAt: time,
        grant: body.grant,
        entries: [...request.entries, index],
      });
      if (request.extends) {
        change(state, 'grant', body.grant, (row) => ({
          ...row,
          given: time,
          until: terms.until,
          entries: [...row.entries, index],
        }));
        return;
      }
      state.put('grant', body.grant, {
        id: body.grant,
        request: request.id,
        person: request.person,
        browser: request.browser,
        console: terms.console,
        level: terms.level,
        made: time,
        given: time,
        until: terms.until,
        undecided: true,
        status: 'approved',
        entries: [],
      });
    }
    change(state, 'grant', body.grant, (row) => ({
      ...row,
      status: 'running',
      session: body.session,
      entries: [...row.entries, index],
    }));
    state.put('session', body.session, {
      id: body.session,
      grant: body.grant,
      request: request.id,
      person: request.person,
      browser: request.browser,
      console: terms.console,
      level: terms.level,
      started: time,
      startedWith: body.touch.credential,
      actions: 0,
      violations: 0,
      entries: [index],
    });
  },

  'grant.ended'(state, { body, time }, index) {
    const grant = must(state, 'grant', body.grant);
    state.put('grant', grant.id, {
      ...grant,
      status: 'ended',
      endedHow: body.how,
      endedAt: time,
      ...(body.by === undefined ? {} : { endedBy: body.by }),
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      entries: [...grant.entries, index],
    });
    if (grant.session)
      change(state, 'session', grant.session, (row) => ({
        ...row,
        ended: time,
        entries: [...row.entries, index],
      }));
  },

  'grant.shortened'(state, { body }, index) {
    change(state, 'grant', body.grant, (row) => ({
      ...row,
      until: body.until,
      entries: [...row.entries, index],
    }));
  },

  'actions.recorded'(state, { body }, index) {
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

  'evidence.exported'() {
    // Kept to be read; it changes nothing.
  },

  'log.recovered'(state, { body, time }, index) {
    const { origin, logKey, leaseKey } = body;
    change(state, 'log', 'log', (row) => ({
      ...row,
      origin,
      logKey,
      leaseKey,
      entry: index,
      since: time,
      before: { origin: row.origin, logKey: row.logKey, leaseKey: row.leaseKey },
    }));
    // What browsers hold may rest on what was lost, and their next batch on one that the log no longer has.
    for (const [id, grant] of state.all('grant'))
      if (grant.status !== 'ended') {
        const entries = [...grant.entries, index];
        state.put('grant', id, { ...grant, status: 'ended', endedHow: 'recovered', endedAt: time, entries });
        if (grant.session)
          change(state, 'session', grant.session, (row) => ({
            ...row,
            ended: time,
            entries: [...row.entries, index],
          }));
      }
    for (const [id, request] of state.all('request'))
      if (request.status === 'waiting')
        state.put('request', id, {
          ...request,
          status: 'expired',
          lapsedHow: 'recovered',
          lapsedAt: time,
          entries: [...request.entries, index],
        });
    for (const [id, browser] of state.all('browser'))
      if (browser.status === 'paired') state.put('browser', id, { ...browser, status: 'unpaired' });
  },

  'act.proposed'(state, { body, time }, index) {
    const { act, what, by, expires } = body;
    state.put('act', act, {
      id: act,
      what,
      by,
      proposed: time,
      expires,
      status: 'proposed',
      entries: [index],
    });
  },

  'act.withdrawn'(state, { body }, index) {
    change(state, 'act', body.act, (row) => ({
      ...row,
      status: 'withdrawn',
      entries: [...row.entries, index],
    }));
  },

  'detail.erased'(state, { body, time }, index) {
    if (body.below !== undefined) {
      state.put('erasure', `${index}`, { at: time, by: [], below: body.below });
      return;
    }
    const { what, by } = must(state, 'act', body.act ?? '');
    if (what.type !== 'erasure' || body.by === undefined)
      throw new Error('the log contradicts itself: an erasure by another act, or by nobody');
    doneBy(state, body.act ?? '', body.by, index);
    state.put('erasure', `${index}`, { at: time, by: [by, body.by], entries: what.entries });
  },

  'log.key-rotated'(state, { body, time }, index) {
    const { act, by, logKey, leaseKey } = body;
    doneBy(state, act, by, index);
    change(state, 'log', 'log', (row) => ({
      ...row,
      logKey,
      leaseKey,
      entry: index,
      since: time,
      before: { origin: row.origin, logKey: row.logKey, leaseKey: row.leaseKey },
    }));
  },

  'attempt.refused'() {
    // Kept to be read; it changes nothing.
  },
};

/** Folds one entry into the state. Throws where the entry contradicts what came before. */
export function fold(state: FoldedState, entry: Entry, index: number): void {
  const reduce = reducers[entry.type] as (state: FoldedState, entry: Entry, index: number) => void;
  reduce(state, entry, index);
}
