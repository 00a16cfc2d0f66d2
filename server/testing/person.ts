import { createHash } from 'node:crypto';
import { fromBase64url, random, toBase64url } from '#shared/bytes.ts';
import type { Role, Touch } from '#shared/domain/primitives.ts';
import type { StatementOf, StatementType } from '#shared/domain/statements.ts';
import { type Send, call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { Draft } from '#shared/wire/common.ts';
import type { NewDetail } from '#shared/wire/details.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { SoftBrowser, commitmentTo, detail } from './soft-browser.ts';
import { SoftKey, type SoftKeyOptions } from './soft-key.ts';

type Fields<T extends StatementType> = Omit<
  StatementOf<T>,
  'type' | 'log' | 'nonce' | 'expires' | 'head' | 'actor' | 'credential'
>;
type OwnFields = 'type' | 'actor' | 'credential';

export interface RelyingParty {
  webOrigin: string;
  /** Where Node reaches it, if its name is known to browsers only. */
  reached?: string;
  rpId: string;
}

/** The draft's part of a statement: all but the server's time. */
export const fromDraft = ({ log, nonce, expires, head }: Draft) => ({ log, nonce, expires, head });

/** Somebody with a key, a page of the companion open, and perhaps a paired browser. Everything goes over the routes. */
export class Person {
  readonly place: RelyingParty;
  readonly handle: string;
  key: SoftKey;
  id = '';
  cookie = '';

  constructor(place: RelyingParty, handle: string, options?: SoftKeyOptions) {
    this.place = place;
    this.handle = handle;
    this.key = new SoftKey(place, options);
  }

  /** As the companion's fetch: own origin, JSON, the cookie it was given. */
  readonly send: Send = async ({ method, path, body }) => {
    const answer = await fetch((this.place.reached ?? this.place.webOrigin) + path, {
      method,
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(method === 'POST' ? { origin: this.place.webOrigin, 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: body ?? '' } : {}),
    });
    const set = answer.headers.get('set-cookie')?.split(';')[0];
    if (set !== undefined) this.cookie = set;
    return { status: answer.status, text: await answer.text() };
  };

  async draft(): Promise<Draft> {
    return call(this.send, wire.prepareStatement, { body: {} });
  }

  /** A statement of this type by this person, on a fresh draft unless one is given. */
  async statement<T extends StatementType>(type: T, fields: Fields<T>, draft?: Draft) {
    const common = fromDraft(draft ?? (await this.draft()));
    return { type, actor: this.id, credential: this.key.id, ...common, ...fields } satisfies Record<
      OwnFields,
      string
    >;
  }
  async touch<T extends StatementType>(type: T, fields: Fields<T>, draft?: Draft): Promise<Touch> {
    return this.key.touch(await this.statement(type, fields, draft));
  }

  /** Enrols by a one-time code: the set-up link or an invitation. */
  async enrol(code: string) {
    const open = await call(this.send, wire.openEnrolment, { body: { code } });
    this.id = open.person;
    const made = this.key.register();
    const invitation = codeHash(code);
    const touch = await this.touch('enrolment', { handle: this.handle, invitation }, open.draft);
    return call(this.send, wire.enrol, {
      body: { code, handle: this.handle, ...made, label: `${this.handle}'s key`, touch },
    });
  }

  async signIn() {
    const draft = await call(this.send, wire.prepareSignIn, { body: {} });
    const touch = this.key.touch({ type: 'sign-in', ...fromDraft(draft) });
    return call(this.send, wire.signIn, { body: { touch } });
  }

  /** Adds a second key and leaves the first one in hand. */
  async addKey(options?: SoftKeyOptions): Promise<SoftKey> {
    const added = new SoftKey(this.place, options);
    const made = added.register();
    const addition = await this.touch('key-addition', { added: added.id });
    const enrolment = await this.statement('enrolment', { handle: this.handle, invitation: '' });
    const touch = added.touch({ ...enrolment, credential: added.id });
    await call(this.send, wire.addKey, { body: { ...made, label: 'Second key', touch, addition } });
    return added;
  }

  /** Invites and returns the one-time code. */
  async invite(handle: string, roles: Role[]): Promise<string> {
    const code = toBase64url(random(32));
    const touch = await this.touch('invitation', { handle, roles, invitation: codeHash(code) });
    await call(this.send, wire.invite, { body: { touch } });
    return code;
  }

  async changeRoles(person: string, roles: Role[]) {
    return call(this.send, wire.changeRoles, {
      body: { touch: await this.touch('role-change', { person, roles }) },
    });
  }
  async disable(person: string, why = 'Left the company') {
    const reason = detail(why);
    const touch = await this.touch('disabling', { person, reason: commitmentTo(reason) });
    return call(this.send, wire.disable, { body: { touch, reason } });
  }
  /** Resets somebody and returns the one-time code with which they enrol anew. */
  async reset(person: string): Promise<string> {
    const code = toBase64url(random(32));
    await call(this.send, wire.reset, {
      body: { touch: await this.touch('reset', { person, invitation: codeHash(code) }) },
    });
    return code;
  }

  /** Pairs a new browser: ticket, claim, the same code on both sides, touch. */
  async pair(
    label = 'Chromium on Linux',
    browser = new SoftBrowser(this.place.webOrigin),
  ): Promise<SoftBrowser> {
    const { ticket } = await call(this.send, wire.openPairing, { body: {} });
    const code = await browser.claim(ticket, label);
    const touch = await this.touch('pairing', { browserKey: browser.publicKey, code, label });
    await call(this.send, wire.confirmPairing, { body: { ticket, touch } });
    const state = await call(browser.send, wire.browserState, {});
    browser.log = state.log.origin;
    return browser;
  }

  /** What a decision says of a request as this person is shown it. */
  async decision(
    request: RequestView,
    decision: 'approve' | 'deny',
    terms: Partial<StatementOf<'decision'>['terms']> = {},
    reason: NewDetail | undefined = decision === 'deny' ? detail('Not during the freeze') : undefined,
  ) {
    const { now, policyHash } = await call(this.send, wire.showRequest, { params: { request: request.id } });
    const statement = await this.statement('decision', {
      request: request.id,
      requestHash: request.hash,
      requester: request.person.id,
      policy: policyHash,
      decision,
      terms: {
        console: request.console.id,
        level: request.level,
        until: now + request.seconds * 1000,
        ...terms,
      },
      reason: reason ? commitmentTo(reason) : '',
    });
    return { statement, reason };
  }
  async decide(...of: Parameters<Person['decision']>): Promise<RequestView> {
    const { statement, reason } = await this.decision(...of);
    const body = { touch: this.key.touch(statement), ...(reason ? { reason } : {}) };
    return (await call(this.send, wire.decide, { params: { request: of[0].id }, body })).request;
  }

  async revoke(grant: string, why = 'Wrong console') {
    return call(this.send, wire.revoke, { params: { grant }, body: { reason: detail(why) } });
  }

  /** Asks for a console from a browser of this person. */
  async ask(browser: SoftBrowser, of: Parameters<SoftBrowser['ask']>[0], why?: string): Promise<RequestView> {
    return (await call(browser.send, wire.askRequest, { body: browser.ask(of, why) })).request;
  }
  /** Opens the activation window of a request; returns its ticket and what it shows. */
  async window(browser: SoftBrowser, request: string) {
    const { url } = await call(browser.send, wire.openActivation, { params: { request }, body: {} });
    const ticket = new URL(url).hash.slice(1);
    return { ticket, shown: await call(this.send, wire.showActivation, { body: { ticket } }) };
  }
  /** The touch of an open activation window. */
  activation(shown: Awaited<ReturnType<Person['window']>>['shown']): StatementOf<'activation'> {
    const { request, basis, until } = shown;
    return {
      type: 'activation',
      actor: this.id,
      credential: this.key.id,
      ...fromDraft(shown.draft),
      request: request.id,
      requestHash: request.hash,
      browserKey: shown.browserKey,
      policy: shown.policy,
      terms: { console: request.console.id, level: request.grant?.level ?? request.level, until },
      basis,
      extends: request.extends,
    };
  }
  async activate(browser: SoftBrowser, request: string) {
    const { ticket, shown } = await this.window(browser, request);
    const touch = this.key.touch(this.activation(shown));
    return (await call(this.send, wire.activate, { body: { ticket, touch } })).grant;
  }
}

/** How a one-time code appears in statements: SHA-256 of its bytes. */
export const codeHash = (code: string): string =>
  createHash('sha256').update(fromBase64url(code)).digest('base64url');
