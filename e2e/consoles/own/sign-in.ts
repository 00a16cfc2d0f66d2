import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as oidc from 'openid-client';
import { Constants, IdentityProvider, ServiceProvider } from 'samlify';
import type { Idp } from '../idp/server.ts';
import { body } from '../read.ts';

/** Harbour as others' consoles do it: people come back from an identity provider by a form of its site. */
export class SignIn {
  readonly #idp: Idp;
  readonly #oidc: oidc.Configuration;
  /** What was asked of the OpenID provider, by state. */
  readonly #asked = new Map<string, { verifier: string; nonce: string }>();
  /** Who is signed in, by cookie. */
  readonly #people = new Map<string, string>();

  constructor(idp: Idp) {
    this.#idp = idp;
    const { issuer, tokenEndpoint: token_endpoint, client } = idp;
    this.#oidc = new oidc.Configuration(
      { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint },
      client.id,
      client.secret,
    );
    oidc.allowInsecureRequests(this.#oidc); // the test's hosts have no TLS
  }

  /** Who asks, if they are signed in. */
  who(request: IncomingMessage): string | undefined {
    return this.#people.get(/\bharbour=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');
  }

  /** GET leads to the provider, POST takes its answer. @throws where the answer does not hold */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin = `http://${request.headers.host ?? ''}`;
    const bySaml = request.url === '/sso/saml';
    if (request.method === 'GET') {
      const location = bySaml ? this.#askSaml(origin) : await this.#askOidc(origin);
      response.writeHead(302, { location }).end();
      return;
    }
    const fields = await body(request);
    const who = await (bySaml ? this.#readSaml(origin, fields) : this.#readOidc(origin, fields));
    const cookie = randomUUID();
    this.#people.set(cookie, who);
    response
      .writeHead(303, {
        location: '/account',
        'set-cookie': `harbour=${cookie}; Path=/; HttpOnly; SameSite=Lax`,
      })
      .end();
  }

  async #askOidc(origin: string): Promise<string> {
    const [state, verifier, nonce] = [oidc.randomState(), oidc.randomPKCECodeVerifier(), oidc.randomNonce()];
    this.#asked.set(state, { verifier, nonce });
    return oidc.buildAuthorizationUrl(this.#oidc, {
      redirect_uri: `${origin}/sso/oidc`,
      response_mode: 'form_post',
      scope: 'openid',
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href;
  }

  async #readOidc(origin: string, fields: Partial<Record<string, string>>): Promise<string> {
    const { state = '', code = '', iss = '' } = fields;
    const asked = this.#asked.get(state);
    if (!asked) throw new Error('nobody asked for this answer');
    this.#asked.delete(state);
    const answer = new Request(`${origin}/sso/oidc`, {
      method: 'POST',
      body: new URLSearchParams({ state, code, iss }),
    });
    const tokens = await oidc.authorizationCodeGrant(this.#oidc, answer, {
      pkceCodeVerifier: asked.verifier,
      expectedState: state,
      expectedNonce: asked.nonce,
    });
    return tokens.claims()?.sub ?? '';
  }

  #askSaml(origin: string): string {
    const { sp, idp } = this.#saml(origin);
    return (sp.createLoginRequest(idp, 'redirect') as { context: string }).context;
  }

  async #readSaml(origin: string, fields: Partial<Record<string, string>>): Promise<string> {
    const { sp, idp } = this.#saml(origin);
    const { extract } = await sp.parseLoginResponse(idp, 'post', { body: fields });
    return String(extract.nameID);
  }

  /** Both sides know the other by its metadata alone. */
  #saml(origin: string) {
    const sp = ServiceProvider({
      entityID: origin,
      wantAssertionsSigned: true,
      nameIDFormat: [Constants.namespace.format.emailAddress],
      assertionConsumerService: [
        { Binding: Constants.namespace.binding.post, Location: `${origin}/sso/saml` },
      ],
    });
    const metadata = this.#idp.saml.register(new URL(origin).hostname, sp.getMetadata());
    return { sp, idp: IdentityProvider({ metadata }) };
  }
}
