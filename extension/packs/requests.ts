import { nodeRedRequests } from './node-red-requests.ts';
import type { RequestPack } from './pack.ts';

/** The packs that there are, by the name that policy gives them. Each has a script `entrypoints/pack-<name>.ts` too. */
export const packs: Readonly<Record<string, RequestPack>> = { 'node-red': nodeRedRequests };

/** The part of a pack that reads requests in the worker; undefined where there is none of that name. */
export const requestPack = (name: string): RequestPack | undefined =>
  Object.hasOwn(packs, name) ? packs[name] : undefined;
