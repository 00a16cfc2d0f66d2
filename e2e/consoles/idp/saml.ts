import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as x509 from '@peculiar/x509';
import { Constants, IdentityProvider, ServiceProvider, setSchemaValidator } from 'samlify';
import { body, parameters } from '../read.ts';

type Idp = ReturnType<typeof IdentityProvider>;
type Sp = ReturnType<typeof ServiceProvider>;

// The library asks for a validator of the XML schema; it checks signature, issuer, audience and times itself.
setSchemaValidator({ validate: () => Promise.resolve('skipped') });

/** SAML 2.0: takes requests by redirect at `/saml/<host>`, and answers by HTTP-POST (Bindings 3.5). */
export class SamlIdp {
  readonly #issuer: string;
  readonly #key: string;
  readonly #certificate: string;
  readonly #consoles = new Map<string, Sp>();
  /** Requests by id, while somebody types who they are. */
  readonly #asked = new Map<string, { host: string; request: Record<string, unknown> }>();

  private constructor(issuer: string, key: string, certificate: string) {
    this.#issuer = issuer;
    this.#key = key;
    this.#certificate = certificate;
  }

  static async create(issuer: string): Promise<SamlIdp> {
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=idp',
      keys: keys as CryptoKeyPair,
      signingAlgorithm: algorithm,
    });
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return new SamlIdp(issuer, x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), certificate.toString('pem'));
  }

  /** Lets a console ask. @param metadata its own, as XML @returns the provider's, as XML */
  register(host: string, metadata: string): string {
    this.#consoles.set(host, ServiceProvider({ metadata }));
    return this.#idp(host).getMetadata();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = new URL(request.url ?? '', this.#issuer).pathname.slice('/saml/'.length);
    const sp = this.#consoles.get(host);
    if (!sp) {
      response.writeHead(404).end();
      return;
    }
    const html = (markup: string) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(markup);
    if (request.method === 'GET') {
      const { extract } = await this.#idp(host).parseLoginRequest(sp, 'redirect', {
        query: parameters(request.url),
      });
      const id = String(extract.request?.['id']);
      this.#asked.set(id, { host, request: extract });
      html(`<!doctype html><title>Sign in</title><form method="post">
<label>Who are you? <input name="user"></label><input type="hidden" name="id" value="${id}">
<button>Sign in</button></form>`);
      return;
    }
    const { user = '', id = '' } = await body(request);
    const asked = this.#asked.get(id);
    if (asked?.host !== host) {
      response.writeHead(400).end();
      return;
    }
    const { context, entityEndpoint } = (await this.#idp(host).createLoginResponse(
      sp,
      { extract: asked.request } as never,
      'post',
      { email: user },
    )) as { context: string; entityEndpoint: string };
    html(`<!doctype html><title>Signing in</title><form method="post" action="${entityEndpoint}">
<input type="hidden" name="SAMLResponse" value="${context}"></form><script>document.forms[0].submit()</script>`);
  }

  #idp(host: string): Idp {
    return IdentityProvider({
      entityID: this.#issuer,
      privateKey: this.#key,
      signingCert: this.#certificate,
      isAssertionEncrypted: false,
      nameIDFormat: [Constants.namespace.format.emailAddress],
      singleSignOnService: [
        { Binding: Constants.namespace.binding.redirect, Location: `${this.#issuer}/saml/${host}` },
      ],
      // The library complains where there is none.
      singleLogoutService: [
        { Binding: Constants.namespace.binding.redirect, Location: `${this.#issuer}/saml/out` },
      ],
    });
  }
}
