import type { OpenAPIHono } from '@hono/zod-openapi';
import { newId } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import { wire } from '#shared/wire/index.ts';
import type { Services } from '../context.ts';
import { serve } from '../http/index.ts';
import { changeRolesBy, disableBy, inviteBy, removeKeyOf, resetBy } from './administration.ts';
import { knownPerson } from './rules.ts';
import { addKeyFor, enrolByLink, openLink } from './enrolment.ts';
import { endOthers, ended, signInsOf, signOut, startSignIn } from './signing-in.ts';
import { browserView, ownKeyView, personView } from './views.ts';

/** People and keys: set-up, enrolment, sign-in, administration. */
export function peopleRoutes(app: OpenAPIHono, services: Services): void {
  const { log, touches, config, now } = services;

  serve(app, services, wire.about, () => ({
    setUp: log.size > 0,
    log: log.origin,
    logKey: log.verifierKey,
    genesis: log.genesis,
    rpId: config.rpId,
    webOrigin: config.webOrigin,
    extensionOrigins: config.extensionOrigins,
    now: now(),
  }));

  serve(app, services, wire.prepareSignIn, () => touches.draft());
  serve(app, services, wire.signIn, async ({ body, context }) => {
    await touches.verify(log.state, 'sign-in', body.touch, {});
    const key = log.state.get('key', body.touch.credential);
    const person = key && log.state.get('person', key.person);
    if (!person || person.status !== 'active') throw new Refusal('key_unknown');
    startSignIn(services, context, person.id, body.touch.credential);
    return { person: personView(services, person) };
  });
  serve(app, services, wire.signOut, ({ who, context }) => {
    signOut(services, context, who);
    return { ok: true as const };
  });
  serve(app, services, wire.listSignIns, ({ who }) => ({ now: now(), signIns: signInsOf(services, who) }));
  serve(app, services, wire.endSignIn, async ({ who, params, body }) => {
    await endOthers(services, who, body.touch, params.signIn);
    return { now: now(), signIns: signInsOf(services, who) };
  });
  serve(app, services, wire.endOtherSignIns, async ({ who, body }) => {
    await endOthers(services, who, body.touch);
    return { now: now(), signIns: signInsOf(services, who) };
  });
  serve(app, services, wire.me, ({ who }) => ({
    person: personView(services, who.person),
    credential: who.credential,
    keys: [...log.state.all('key')]
      .map(([, key]) => key)
      .filter((key) => key.person === who.person.id)
      .map((key) => ownKeyView(services, key)),
    browsers: [...log.state.all('browser')]
      .map(([, browser]) => browser)
      .filter((browser) => browser.person === who.person.id)
      .map((browser) => browserView(services, browser)),
    now: now(),
  }));
  serve(app, services, wire.prepareStatement, () => touches.draft());

  serve(app, services, wire.openEnrolment, ({ body }) => openLink(services, body.code));
  serve(app, services, wire.enrol, ({ body, context }) => enrolByLink(services, body, context));
  serve(app, services, wire.addKey, ({ who, body }) => addKeyFor(services, who, body));
  serve(app, services, wire.removeKey, async ({ who, body }) => {
    await removeKeyOf(services, who, body.touch);
    return { ok: true as const };
  });

  serve(app, services, wire.listPeople, () => ({
    people: [...log.state.all('person')].map(([, person]) => personView(services, person)),
  }));
  serve(app, services, wire.endSignInsOf, ({ who, params }) => {
    const { id } = knownPerson(log.state, params.person);
    ended(services, services.signIns.endOf(id), 'ended-by-administrator', who.person.id);
    return { ok: true as const };
  });
  serve(app, services, wire.invite, async ({ who, body }) => ({
    person: await inviteBy(services, who, body.touch, newId()),
  }));
  serve(app, services, wire.changeRoles, async ({ who, body }) => ({
    person: await changeRolesBy(services, who, body.touch),
  }));
  serve(app, services, wire.disable, async ({ who, body }) => ({
    person: await disableBy(services, who, body.touch, body.reason),
  }));
  serve(app, services, wire.reset, async ({ who, body }) => ({
    person: await resetBy(services, who, body.touch),
  }));
}
