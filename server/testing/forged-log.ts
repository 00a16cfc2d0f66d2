import { byTouch } from '#shared/domain/people/entries.ts';
import { newId, random, toBase64url, utf8 } from '#shared/bytes.ts';
import { decodeEntry, type Body, type EntryType, type Rows } from '#shared/domain/entries.ts';
import { encodeEntry } from '#shared/log/codec.ts';
import { fold } from '#shared/domain/index.ts';
import type { Action } from '#shared/domain/actions/statements.ts';
import type { Ask } from '#shared/domain/requests/statements.ts';
import type { Act } from '#shared/domain/dual-control/entries.ts';
import { MemoryState } from '#shared/log/state.ts';
import { sha256 } from '#shared/log/merkle/sha256.ts';
import { signedHash } from '#shared/domain/signing.ts';
import type { Role, Terms, Touch } from '#shared/domain/primitives.ts';
import type { StatementOf, StatementType } from '#shared/domain/statements.ts';
import { type Follow, followsOf } from '#shared/domain/rights/follows.ts';
import { Policies } from '#shared/domain/judging.ts';
import { type Forged, Forgery } from './forgery.ts';
import type { Person } from './person.ts';
import { SoftBrowser } from './soft-browser.ts';
import type { SoftKey } from './soft-key.ts';
import { type TestServer, startServer } from './start.ts';

/** Whoever acts in a tale. */
export interface Actor {
  id: string;
  handle: string;
  roles: Role[];
  key: SoftKey;
}
const actor = ({ id, handle, key }: Person, ...roles: Role[]): Actor => ({ id, handle, roles, key });

/** A request in a tale. */
export interface Asked {
  request: string;
  hash: string;
  who: Actor;
  browser: SoftBrowser;
  ask: Ask;
}

type Fields<T extends StatementType> = Omit<
  StatementOf<T>,
  'type' | 'log' | 'nonce' | 'expires' | 'head' | 'actor' | 'credential'
>;

export const someHash = (): string => toBase64url(random(32));

/**
 * A true log that goes on as a forger likes who holds every key there is: each entry is signed by everybody whom it
 * takes, so that nothing but the rules speaks against it. A second passes before each.
 */
export class Tale {
  readonly log: Forgery;
  time: number;
  policy: string;
  /** What whoever touches next was shown of the log. */
  head: { size: number; root: string };
  /** Whether what an entry takes away stays open, as in no honest log. */
  keeps = false;
  readonly #entries: Uint8Array[];
  readonly #state = new MemoryState<Rows>();
  readonly #policies = new Policies();
  #told: number;

  constructor(log: Forgery) {
    this.log = log;
    this.#entries = [...log.entries];
    for (const [index, bytes] of log.entries.entries()) this.#follows(bytes, index);
    this.#told = log.entries.length - 1;
    this.time = log.read(log.entries.length - 1).time + 1000;
    this.head = log.head;
    this.policy = log.bodyOf('policy.loaded', -1).hash;
  }

  /** The tale so far; the entry told last is the lie. */
  get forged(): Forged {
    return { index: this.#told, entries: this.#entries };
  }
  /** A field that is undefined is left out. What must come with the entry comes with it. */
  write<T extends EntryType>(type: T, body: Body<T>): this {
    this.#told = this.#entries.length;
    this.#add(type, body);
    this.time += 1000;
    return this;
  }

  /** Takes an entry into the state; returns what must come with it. */
  #follows(bytes: Uint8Array, index: number): Follow[] {
    const entry = decodeEntry(bytes);
    if (entry.type === 'policy.loaded') this.#policies.take(entry.body.hash, entry.body.text);
    fold(this.#state, entry, index);
    return followsOf(entry, this.#state, this.#policies.get(this.policyNow));
  }
  get policyNow(): string {
    return this.#state.get('policy', 'current')?.hash ?? '';
  }

  #add(type: EntryType, body: object): void {
    const said = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const bytes = encodeEntry(type, this.time, said);
    const index = this.#entries.push(bytes) - 1;
    try {
      const follows = this.#follows(bytes, index);
      if (!this.keeps) for (const { type: next, body: of } of follows) this.#add(next, of);
    } catch {
      // Such a lie takes nothing away.
    }
  }

  touch<T extends StatementType>({ id, key }: Actor, type: T, fields: Fields<T>): Touch {
    const common = { log: this.log.key.key.name, nonce: someHash(), head: this.head };
    const expires = this.time + 120_000;
    return key.touch({ type, ...common, expires, actor: id, credential: key.id, ...fields });
  }

  load(change: (text: string) => string): this {
    const text = change(this.log.bodyOf('policy.loaded', -1).text);
    this.policy = toBase64url(sha256(utf8(text)));
    return this.write('policy.loaded', { text, hash: this.policy });
  }

  invite(by: Actor, of: Partial<Body<'person.invited'>> = {}): this {
    const fields = { handle: 'eve', roles: ['engineer'] as Role[], invitation: someHash(), ...of };
    const { handle, roles, invitation } = fields;
    const touch = this.touch(by, 'invitation', { handle, roles, invitation });
    const expires = this.time + 86_400_000;
    return this.write('person.invited', {
      person: newId(),
      expires,
      authority: byTouch(by.id, touch),
      ...fields,
    });
  }

  /** Enrols the key of whoever acts, by an invitation or beside another key of theirs. */
  enrol({ id: person, handle, key }: Actor, by: { invitation?: string; beside?: Actor }): this {
    const { registration, transports } = key.register();
    const { invitation } = by;
    const fields = { handle, invitation: invitation ?? '' };
    const touch = this.touch({ id: person, handle, roles: [], key }, 'enrolment', fields);
    const aaguid = '00000000-0000-0000-0000-000000000000';
    const { id, publicKey } = key;
    return this.write('key.enrolled', {
      person,
      key: { id, publicKey, aaguid, transports, kind: 'unattested', label: 'Key' },
      registration,
      touch,
      ...(invitation === undefined ? {} : { invitation }),
      ...(by.beside ? { addition: this.touch(by.beside, 'key-addition', { added: id }) } : {}),
    });
  }
  removeKey(by: Actor, key: string): this {
    return this.write('key.removed', {
      person: by.id,
      key,
      touch: this.touch(by, 'key-removal', { removed: key }),
    });
  }
  changeRoles(by: Actor, person: string, roles: Role[]): this {
    const touch = this.touch(by, 'role-change', { person, roles });
    return this.write('person.roles-changed', { person, roles, authority: byTouch(by.id, touch) });
  }
  disable(by: Actor, person: string): this {
    const fields = { person, reason: someHash() };
    return this.write('person.disabled', {
      ...fields,
      authority: byTouch(by.id, this.touch(by, 'disabling', fields)),
    });
  }
  reset(by: Actor, person: string, invitation = someHash()): this {
    const touch = this.touch(by, 'reset', { person, invitation });
    const expires = this.time + 86_400_000;
    return this.write('person.reset', { person, invitation, expires, authority: byTouch(by.id, touch) });
  }
  pair(who: Actor, id = newId()): SoftBrowser {
    const browser = new SoftBrowser('');
    Object.assign(browser, { id, log: this.log.key.key.name });
    const fields = { browserKey: browser.publicKey, code: '8P7S-2YFA', label: 'Firefox' };
    const touch = this.touch(who, 'pairing', fields);
    const { browserKey: publicKey, code, label } = fields;
    this.write('browser.paired', { browser: id, person: who.id, publicKey, code, label, touch });
    return browser;
  }

  release(by: Actor, { id: browser, publicKey: browserKey }: SoftBrowser): this {
    const touch = this.touch(by, 'release', { browser, browserKey });
    return this.write('browser.released', { browser, by: by.id, touch });
  }

  ask(
    who: Actor,
    browser: SoftBrowser,
    of: Partial<Ask> = {},
    says: Partial<Body<'request.asked'>> = {},
  ): Asked {
    const { ask: signed } = browser.ask({ console: 'vault', ...of });
    const ask = JSON.parse(signed.text) as Ask;
    const { id, handle, roles } = who;
    const [eligibility, decides]: ['queue-self-approved', 'nobody'] | ['vault-decided', string[]] =
      ask.console === 'queue' ? ['queue-self-approved', 'nobody'] : ['vault-decided', ['role:approver']];
    const hash = signedHash('ask', signed.text);
    const request = newId();
    this.write('request.asked', {
      request,
      hash,
      ask: signed,
      person: { id, handle, roles },
      policy: this.policy,
      eligibility,
      decides,
      expires: this.time + 3_600_000,
      ...says,
    });
    return { request, hash, who, browser, ask };
  }
  withdraw({ request, browser }: Asked, of = request): this {
    return this.write('request.withdrawn', { request, withdrawal: browser.withdrawal(of) });
  }

  /** The terms that were asked for, from now on. */
  terms({ ask }: Asked, alter: Partial<Terms> = {}): Terms {
    return {
      console: ask.console,
      level: ask.level,
      until: this.time + ask.seconds * 1000,
      ...alter,
    };
  }
  /** A decision; returns the grant that an approval makes. */
  decide(
    by: Actor,
    asked: Asked,
    alter: Partial<Terms> = {},
    says: Partial<Body<'request.decided'>> = {},
  ): string {
    const { request, hash: requestHash, who } = asked;
    const { id, handle, roles } = by;
    const decision = says.decision ?? 'approve';
    const terms = this.terms(asked, alter);
    const grant = asked.ask.extends || newId();
    const touch = this.touch(by, 'decision', {
      request,
      requestHash,
      requester: who.id,
      policy: this.policy,
      decision,
      terms,
      reason: says.reason ?? '',
    });
    const granted = decision === 'approve' ? { grant, terms } : {};
    const body = {
      request,
      decision,
      ...granted,
      approver: { id, handle, roles },
      policy: this.policy,
      touch,
    };
    this.write('request.decided', { ...body, ...says });
    return grant;
  }
  /** Starts what was asked for; returns the grant's session. */
  start(asked: Asked, of: Partial<Body<'session.started'>> & { grant: string }): string {
    const { request, hash: requestHash, who, browser, ask } = asked;
    const { terms = this.terms(asked), basis = 'approved' } = of;
    const session = newId();
    const touch = this.touch(who, 'activation', {
      request,
      requestHash,
      browserKey: browser.publicKey,
      policy: this.policy,
      terms,
      basis,
      extends: ask.extends,
    });
    this.write('session.started', { session, request, basis, terms, touch, ...of });
    return of.session ?? session;
  }
  record(browser: SoftBrowser, actions: Partial<Action>[], alter: object = {}, of = browser.id): this {
    const made = actions.map((action) => ({ console: 'vault', words: 'Did it', ...action }));
    const { batch } = browser.batch(made, alter);
    const number = browser.chain.number + 1;
    browser.chain = { number, hash: signedHash('batch', batch.text) };
    return this.write('actions.recorded', { browser: of, number, batch, violations: [] });
  }

  /** Proposes what takes two; returns the act. */
  propose(by: Actor, what: Act, says: Partial<Body<'act.proposed'>> = {}): string {
    const act = says.act ?? newId();
    const expires = this.time + 3_600_000;
    const touch = this.overAct(by, act, what);
    this.write('act.proposed', { act, what, by: by.id, expires, touch, ...says });
    return act;
  }
  overAct(by: Actor, act: string, what: Act): Touch {
    const { type, ...fields } = what;
    return this.touch(by, type, { act, ...fields });
  }
}

/** A small true log, and everybody in it whose keys are at hand. */
export interface Beginning {
  server: TestServer;
  log: Forgery;
  root: Actor;
  bea: Actor;
  ana: Actor;
  ben: Actor;
}

export async function tellBeginning(): Promise<Beginning> {
  const server = await startServer();
  const person = async (handle: string, ...roles: Role[]): Promise<Actor> =>
    actor(await server.person(handle, roles), ...roles);
  const root = actor(server.admin, 'engineer', 'approver', 'auditor', 'administrator');
  const bea = await person('bea', 'administrator');
  const ana = await person('ana', 'engineer');
  const ben = await person('ben', 'engineer', 'approver');
  return { server, log: new Forgery(server), root, bea, ana, ben };
}

/** How a tale goes on from a beginning. */
export type Tell = (tale: Tale, of: Beginning) => void;

export function told(world: Beginning, tell: Tell): Forged {
  const tale = new Tale(world.log);
  tell(tale, world);
  return tale.forged;
}
