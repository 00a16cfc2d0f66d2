import type { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '#shared/errors.ts';
import type { Rows } from '#shared/domain/entries.ts';
import { readStatement } from '#shared/domain/statements.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import type { ActView } from '#shared/domain/dual-control/wire.ts';
import { wire } from '#shared/wire/index.ts';
import type { Services } from '../context.ts';
import { detailOf, keepDetails, requireCommitted, requireWords } from '../details/index.ts';
import { serve } from '../http/index.ts';
import { requireActive, refOf } from '../people/index.ts';
import { actLife, confirmableAct, isOpen, waitingAct } from './rules.ts';
import { entriesOf, textsBeside } from '../erasure/index.ts';
import { proposeRotation, rotate } from './rotation.ts';

/** How long an act that is over stays in the list, in ms. */
const shownFor = 30 * 86_400_000;

/** What takes two administrators. */
export function actRoutes(app: OpenAPIHono, services: Services): void {
  const { log, touches } = services;
  const changed = async (id: string): Promise<{ act: ActView }> => {
    const act = log.state.get('act', id);
    if (!act) throw new Refusal('not_found');
    return { act: await viewOf(services, act) };
  };

  serve(app, services, wire.listActs, async () => {
    const now = log.now();
    const acts = [...log.state.all('act')]
      .map(([, act]) => act)
      .filter(({ proposed }) => proposed > now - shownFor)
      .sort((a, b) => b.proposed - a.proposed);
    return { now, acts: await Promise.all(acts.map((act) => viewOf(services, act))) };
  });

  serve(app, services, wire.erasable, async ({ query }) => {
    if ((query.session === undefined) === (query.request === undefined))
      throw new Refusal('invalid_input', { field: 'session' });
    return { ...(await entriesOf(services, query)), open: isOpen(log.state, query) };
  });

  serve(app, services, wire.proposeAct, async ({ who, body }) => {
    if (typeOf(body.touch) === 'rotation') return changed(await proposeRotation(services, who, body.touch));
    mustBe(typeOf(body.touch), 'erasure');
    const { statement, touch } = await touches.verify(log.state, 'erasure', body.touch, {
      actor: who.person.id,
    });
    const { act, entries, reason } = statement;
    requireCommitted(body.reason, reason, 'reason');
    requireWords(body.reason?.text, 'reason');
    if ((entries.at(-1) ?? 0) >= log.size || entries.some((entry, i) => entry <= (entries[i - 1] ?? -1)))
      throw new Refusal('invalid_input', { field: 'entries' });
    await log.run((draft) => {
      requireActive(draft.state, who.person.id, 'administrator', touch.credential);
      if (draft.state.get('act', act)) throw new Refusal('statement_used');
      keepDetails(draft, body.reason);
      draft.append('act.proposed', {
        act,
        what: { type: 'erasure', entries, reason },
        by: who.person.id,
        expires: draft.now + actLife,
        touch,
      });
    });
    return changed(act);
  });

  serve(app, services, wire.confirmAct, async ({ who, params, body }) => {
    const { id, what } = confirmableAct(
      log.state,
      params.act,
      { person: who.person.id, credential: body.touch.credential },
      log.now(),
    );
    if (what.type === 'rotation') {
      await rotate(services, who, { id, what }, body.touch);
      return changed(id);
    }
    const { touch } = await touches.verify(log.state, 'erasure', body.touch, {
      actor: who.person.id,
      act: id,
      entries: [...what.entries],
      reason: what.reason,
    });
    await log.run((draft) => {
      const { credential } = touch;
      confirmableAct(draft.state, id, { person: who.person.id, credential }, draft.now);
      draft.append('detail.erased', { how: 'demand', act: id, by: who.person.id, touch });
      draft.erase({ entries: what.entries });
    });
    return changed(id);
  });

  serve(app, services, wire.withdrawAct, async ({ who, params }) => {
    await log.run((draft) => {
      requireActive(draft.state, who.person.id, 'administrator');
      const { id } = waitingAct(draft.state, params.act, draft.now);
      draft.append('act.withdrawn', { act: id, by: who.person.id });
    });
    return changed(params.act);
  });
}

/** The type that a touched statement says it is; `statement_mismatch` where it is none. */
function typeOf(touch: Touch): string {
  try {
    return readStatement(touch.statement).type;
  } catch (cause) {
    throw new Refusal('statement_mismatch', { cause });
  }
}

function mustBe(type: string, expected: string): void {
  if (type !== expected) throw new Refusal('statement_mismatch', { field: 'type' });
}

async function viewOf(services: Services, act: Rows['act']): Promise<ActView> {
  const { id, what, by, proposed, expires, status, confirmedBy } = act;
  const isErasure = what.type === 'erasure';
  return {
    id,
    what: isErasure ? { ...what, entries: [...what.entries] } : what,
    by: refOf(services, by),
    proposed,
    expires,
    status: status === 'proposed' && expires < services.log.now() ? 'expired' : status,
    ...(confirmedBy === undefined ? {} : { confirmedBy: refOf(services, confirmedBy) }),
    reason: isErasure ? detailOf(services, what.reason) : null,
    texts: isErasure && status === 'proposed' ? await textsBeside(services, what.entries) : 0,
  };
}
