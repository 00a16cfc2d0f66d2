import type { PageFeature } from './features/page.ts';

/** What runs inside a console's page beside the gate's own veil. */
export const pageFeatures: readonly PageFeature[] = [];
