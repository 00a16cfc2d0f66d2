/**
 * Server and extension are updated apart. Each says in every call and answer which protocol it speaks, in the header
 * `Countersign-Protocol`, and each refuses a side that is older than it can work with: the newer one knows what changed.
 */

/** What this code speaks. Goes up with each change that an older side would misread. */
export const protocol = 1;
/** The oldest that the other side may speak. */
export const oldestProtocol = 1;

export const protocolHeader = 'Countersign-Protocol';

/** Whether a side that says this of itself, or nothing, is too old to work with. */
export const isOutdated = (said: string | null | undefined): boolean =>
  !/^\d{1,6}$/.test(said ?? '') || Number(said) < oldestProtocol;
