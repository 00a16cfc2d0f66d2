import type { ContentPack } from './pack.ts';

/**
 * Packs in a console's page. Each has a script of its own, which runs beside the console's script where policy names
 * the pack, and provides it here: under a symbol in our own world, where no page can reach it (T3).
 */
export type MakeContentPack = (clean: (text: string) => string) => ContentPack;

const PACKS = Symbol.for('countersign.packs');
const world = globalThis as { [PACKS]?: Record<string, MakeContentPack> };

export const providePack = (name: string, make: MakeContentPack): void =>
  void ((world[PACKS] ??= {})[name] = make);

/**
 * The part of a pack that runs in the console's page; undefined where there is none of that name. `clean` makes text
 * from the page fit for the record.
 */
export const contentPack = (name: string, clean: (text: string) => string): ContentPack | undefined =>
  world[PACKS]?.[name]?.(clean);
