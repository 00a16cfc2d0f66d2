import { startLooking } from './features/view-only/view-only.ts';
import type { PageFeature } from './features/page/index.ts';
import { startRecorder } from './features/recorder/listen.ts';
import { startStrip } from './features/strip/strip.ts';

/** What runs inside a console's page beside the gate's own veil. */
export const pageFeatures: readonly PageFeature[] = [startRecorder, startLooking, startStrip];
