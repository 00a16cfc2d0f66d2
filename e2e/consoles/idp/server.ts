import { createServer } from 'node:http';
import { listen } from '../ports.ts';
import { answerOidc, CLIENT, type OidcClient } from './oidc.ts';
import { SamlIdp } from './saml.ts';

/**
 * An identity provider on a host of its own that is no console: OpenID Connect by oidc-provider, SAML by samlify. Both
 * send their answer through the browser, as a form that this site posts to the console.
 */
export interface Idp {
  issuer: string;
  /** The token endpoint under an address that Node resolves, which `*.localhost` is not. */
  tokenEndpoint: string;
  client: OidcClient;
  saml: SamlIdp;
  stop: () => Promise<void>;
}

/** @param consoles origins that may have people signed in; each takes answers at `/sso/oidc` and `/sso/saml` */
export async function startIdp(consoles: readonly string[]): Promise<Idp> {
  const server = createServer();
  const port = await listen(server, 0);
  const issuer = `http://idp.localhost:${port}`;
  const oidc = answerOidc(
    issuer,
    consoles.map((origin) => `${origin}/sso/oidc`),
  );
  const saml = await SamlIdp.create(issuer);
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/saml/')) void saml.answer(request, response);
    else oidc(request, response);
  });
  return {
    issuer,
    tokenEndpoint: `http://127.0.0.1:${port}/token`,
    client: CLIENT,
    saml,
    stop: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}
