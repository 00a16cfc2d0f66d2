import { native } from '../../platform/native.ts';

/** Where the strip was put and whether it was folded, per console: `storage.local` under `strip`. No secret. */
export interface StripPosition {
  /** Pixels from the top centre, where it starts. */
  x: number;
  y: number;
  folded: boolean;
}
export const START: StripPosition = { x: 0, y: 0, folded: false };
const STRIP = 'strip';

export async function readPosition(console: string): Promise<StripPosition> {
  const stored = (await native().storage.local.get(STRIP))[STRIP] as
    | Record<string, Partial<StripPosition>>
    | undefined;
  const { x = 0, y = 0, folded = false } = stored?.[console] ?? {};
  return { x, y, folded };
}

export async function writePosition(console: string, place: StripPosition): Promise<void> {
  const stored = (await native().storage.local.get(STRIP))[STRIP] as
    | Record<string, StripPosition>
    | undefined;
  await native().storage.local.set({ [STRIP]: { ...stored, [console]: place } });
}

/** Keeps the strip where it can be reached: half the window's width to each side, and the height downwards. */
export function within({ x, y, folded }: StripPosition, width: number, height: number): StripPosition {
  const side = Math.max(0, width / 2 - 40);
  return {
    x: Math.round(Math.min(side, Math.max(-side, x))),
    y: Math.round(Math.min(Math.max(0, height - 56), Math.max(0, y))),
    folded,
  };
}
