import { nodeRedPage } from './node-red-page.ts';
import type { ContentPack } from './pack.ts';

/**
 * The part of a pack that runs in the console's page; undefined where there is none of that name. `clean` makes text
 * from the page fit for the record.
 */
export const contentPack = (name: string, clean: (text: string) => string): ContentPack | undefined =>
  name === 'node-red' ? nodeRedPage(clean) : undefined;
