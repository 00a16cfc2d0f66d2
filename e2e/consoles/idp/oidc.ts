import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Provider, type JWK } from 'oidc-provider';

export interface OidcClient {
  id: string;
  secret: string;
}
export const CLIENT: OidcClient = { id: 'harbour', secret: randomUUID() };

/** OpenID Connect with the library's own pages: one asks who you are, one for your consent. */
export function answerOidc(issuer: string, redirectUris: string[]): RequestListener {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: redirectUris,
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: [randomUUID()] },
    // Said in full, so that the library has nothing to remark on.
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
    jwks: { keys: [{ ...(privateKey.export({ format: 'jwk' }) as JWK), use: 'sig' }] },
  });
  const answer = provider.callback();
  return (request, response) => void answer(request, response);
}
