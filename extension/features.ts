import { startLooking } from './features/looking/looking.ts';
import type { PageFeature } from './features/page.ts';
import { startRecorder } from './features/recorder/listen.ts';
import { startStrip } from './features/strip/strip.ts';

/** What runs inside a console's page beside the gate's own veil. */
export const pageFeatures: readonly PageFeature[] = [startRecorder, startLooking, startStrip];
