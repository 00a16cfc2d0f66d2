import { fileURLToPath } from 'node:url';

/** Where Vite puts the verifier, one page in one file (`server/web/standalone/vite.config.ts`). */
export const verifierFile = fileURLToPath(new URL('../web/dist/verify.html', import.meta.url));
