/**
 * Where a tab goes when its console opens: the address it asked for, unless that was a step of a sign-in, which
 * cannot be taken twice; then the console's start.
 */
export function addressToOpen(wanted: string, start: string): string {
  if (!URL.canParse(wanted)) return start;
  const { protocol, pathname, searchParams: query } = new URL(wanted);
  if (protocol !== 'https:' && protocol !== 'http:') return start;
  const answered = (query.has('code') || query.has('error')) && query.has('state');
  const ticket = ['SAMLResponse', 'SAMLRequest', 'ticket', 'id_token'].some((name) => query.has(name));
  const step = /\/(?:oauth2?|oidc|saml2?|sso|callback|login\/callback|acs)(?:\/|$)/i.test(pathname);
  return answered || ticket || step ? start : wanted;
}
