import { existsSync } from 'node:fs';
import { verifierFile } from '../evidence/verifier.ts';
import { buildStandalone } from '../web/standalone/build.ts';

/** Once before all unit tests: evidence holds the page that verifies it, which a fresh clone has not built yet. */
export default async function buildVerifier(): Promise<void> {
  if (!existsSync(verifierFile)) await buildStandalone();
}
