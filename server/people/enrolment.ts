import type { Context } from 'hono';
import type { z } from 'zod';
import { newId } from '#shared/bytes.ts';
import { Refusal } from '#shared/errors.ts';
import type { Role } from '#shared/domain/primitives.ts';
import type { addKey, enrol, openEnrolment } from '#shared/domain/people/wire.ts';
import type { AnswerOf, BodyOf } from '#shared/wire/route.ts';
import type { Services } from '../context.ts';
import type { PersonCaller } from '../http/index.ts';
import { codeHash, openInvitation, refuseKnownKey, requireActive } from './rules.ts';
import { startSignIn } from './signing-in.ts';
import { keyView, personView } from './views.ts';
import { type Registered, checkRegistration } from './webauthn.ts';

/** Enrolment: a one-time link, a new key's registration, and that key's touch over the enrolment statement. */

const everyRole: Role[] = ['engineer', 'approver', 'auditor', 'administrator'];
/** The id that the set-up page puts into its statement: drawn once, so that page and entry agree. */
const firstPerson = newId();

/** What a one-time link is for. */
export function openLink(services: Services, code: string): z.infer<(typeof openEnrolment)['answer']> {
  const { setup, log, config, touches, now } = services;
  const common = { rpId: config.rpId, draft: touches.draft() };
  if (setup.matches(code))
    return { first: true, person: firstPerson, handle: '', roles: everyRole, ...common };
  const { person } = openInvitation(log.state, code, now());
  return { first: false, person: person.id, handle: person.handle, roles: [...person.roles], ...common };
}

/** Checks what a new key made. Where its attestation proves nothing, whoever runs the server can read why. */
async function registered(
  services: Services,
  body: BodyOf<typeof enrol | typeof addKey>,
): Promise<Registered> {
  const made = await checkRegistration(body, services.config);
  const { key, unproven } = made;
  if (unproven)
    services.logger.warn(
      { key: key.id, aaguid: key.aaguid, cause: unproven.message },
      'a key was taken as unattested: its attestation does not hold here',
    );
  return made;
}

export async function enrolByLink(
  services: Services,
  body: BodyOf<typeof enrol>,
  c: Context,
): Promise<z.infer<(typeof enrol)['answer']>> {
  const { setup, log, config, touches, now } = services;
  const first = setup.matches(body.code);
  const invited = first ? undefined : openInvitation(log.state, body.code, now());
  const person = invited?.person.id ?? firstPerson;
  if (invited && invited.person.handle !== body.handle)
    throw new Refusal('statement_mismatch', { field: 'handle' });
  refuseKnownKey(log.state, body.credential);
  const { key, counter } = await registered(services, body);
  const invitation = codeHash(body.code);
  const { touch } = await touches.verify(
    log.state,
    'enrolment',
    body.touch,
    { actor: person, credential: key.id, handle: body.handle, invitation },
    { ...key, counter },
  );
  await log.run((draft) => {
    if (!invited) {
      if (draft.size > 0) throw new Refusal('link_used');
      draft.append('genesis', {
        format: 'countersign/1',
        origin: log.origin,
        logKey: log.verifierKey,
        leaseKey: services.leaseKey.publicKey,
        rpId: config.rpId,
        webOrigin: config.webOrigin,
        extensionOrigins: config.extensionOrigins,
        administrator: { person, handle: body.handle, key, registration: body.registration, touch },
      });
      // Read here, where nothing can come between: the policy in force is the one that the log says.
      const policy = services.policy.current;
      draft.append('policy.loaded', { hash: policy.hash, text: policy.text });
      return;
    }
    openInvitation(draft.state, body.code, draft.now);
    refuseKnownKey(draft.state, key.id);
    draft.append('key.enrolled', {
      person,
      key,
      registration: body.registration,
      touch,
      invitation: invited.hash,
    });
  });
  if (first) {
    setup.close();
    services.logger.info(
      { genesis: log.genesis },
      'set up: pin this genesis hash to verify the log without trusting the server',
    );
  }
  startSignIn(services, c, person, key.id);
  const row = log.state.get('person', person);
  if (!row) throw new Error('the person just enrolled is not in the state');
  return { person: personView(services, row), genesis: log.genesis };
}

/** A further key: registered, touched itself, and vouched for by one enrolled already (case 8). */
export async function addKeyFor(
  services: Services,
  who: PersonCaller,
  body: BodyOf<typeof addKey>,
): Promise<AnswerOf<typeof addKey>> {
  const { log, touches } = services;
  refuseKnownKey(log.state, body.credential);
  const { key, counter } = await registered(services, body);
  const actor = who.person.id;
  const { touch: addition } = await touches.verify(log.state, 'key-addition', body.addition, {
    actor,
    added: key.id,
  });
  const { touch } = await touches.verify(
    log.state,
    'enrolment',
    body.touch,
    { actor, credential: key.id, handle: who.person.handle, invitation: '' },
    { ...key, counter },
  );
  await log.run((draft) => {
    requireActive(draft.state, actor, undefined, addition.credential);
    refuseKnownKey(draft.state, key.id);
    draft.append('key.enrolled', { person: actor, key, registration: body.registration, touch, addition });
  });
  const row = log.state.get('key', key.id);
  if (!row) throw new Error('the key just enrolled is not in the state');
  return { key: keyView(row) };
}
