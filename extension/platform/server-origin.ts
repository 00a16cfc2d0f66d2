/**
 * Is this an origin that keys and proofs may travel to: without a path, over https, or on this machine? Nothing of a
 * pairing goes anywhere else.
 */
export function isServerOrigin(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  const here = hostname === 'localhost' || hostname === '127.0.0.1' || hostname.endsWith('.localhost');
  return origin === text && (protocol === 'https:' || here);
}
