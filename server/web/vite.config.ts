import { preact } from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { standalone } from './standalone/build.ts';

const here = (path: string): string => new URL(path, import.meta.url).pathname;

/**
 * Builds the companion into `dist`, which the server serves as it is. The Content-Security-Policy allows no inline
 * script or style, so nothing is inlined: neither small assets nor the preload helper's data addresses.
 * The verifier that stands alone is built beside it, with everything inlined.
 */
export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), standalone()],
  resolve: { alias: { '#shared': here('../../shared') } },
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
