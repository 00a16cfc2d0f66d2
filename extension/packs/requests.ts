import { nodeRedRequests } from './node-red-requests.ts';
import type { RequestPack } from './pack.ts';

/** The part of a pack that reads requests in the worker; undefined where there is none of that name. */
export const requestPack = (name: string): RequestPack | undefined =>
  name === 'node-red' ? nodeRedRequests : undefined;
