import 'reflect-metadata';
import { generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Attestation } from './soft-key.ts';

/** What a maker may put into the certificate of its attestation, right or wrong (WebAuthn L3, 8.2.1). */
export interface Maker {
  subject?: string;
  ca?: boolean;
  notBefore?: Date;
  notAfter?: Date;
}

const year = 365 * 86_400_000;
const honest = 'C=CH, O=Maker, OU=Authenticator Attestation, CN=Key';

/** A packed attestation by a maker with a certificate of its own. */
export async function packedBy({
  subject = honest,
  ca = false,
  notBefore = new Date(Date.now() - year),
  notAfter = new Date(Date.now() + year),
}: Maker): Promise<(signed: Uint8Array) => Attestation> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const der = (key: typeof privateKey, format: 'pkcs8' | 'spki') =>
    key.export({ format: 'der', type: format as 'pkcs8' });
  const keys = {
    privateKey: await webcrypto.subtle.importKey('pkcs8', der(privateKey, 'pkcs8'), algorithm, true, [
      'sign',
    ]),
    publicKey: await webcrypto.subtle.importKey('spki', der(publicKey, 'spki'), algorithm, true, ['verify']),
  };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys: keys as CryptoKeyPair,
    signingAlgorithm: algorithm,
    notBefore,
    notAfter,
    extensions: [new x509.BasicConstraintsExtension(ca, undefined, true)],
  });
  return (signed) => ({
    format: 'packed',
    statement: new Map<string, never>([
      ['alg', -7],
      ['sig', sign('sha256', signed, privateKey)],
      ['x5c', [new Uint8Array(certificate.rawData)]],
    ] as never),
  });
}
