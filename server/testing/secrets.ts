/** A private key (PKCS8, PEM) in every spelling in which a file or a log line could hold it. */
export function spellingsOf(pem: string): Buffer[] {
  const der = Buffer.from(pem.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  const seed = der.subarray(-32);
  const texts = [
    ...(['hex', 'base64', 'base64url'] as const).map((form) => seed.toString(form).slice(0, 40)),
    der.toString('base64').slice(24, 60), // the seed does not begin where a group of base64 does
    [...seed.subarray(0, 16)].join(','), // as JSON writes bytes
  ];
  return [seed, ...texts.map((text) => Buffer.from(text))];
}
