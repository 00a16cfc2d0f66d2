import { z } from 'zod';
import { commitment, id } from '#shared/domain/primitives.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  /** A person keeps a request of their own, to make it again: by a name that is free text. It gives no right to anything. */
  'template.saved/1': z.strictObject({ template: id, person: id, request: id, name: commitment }),
  'template.deleted/1': z.strictObject({ template: id, person: id }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface TemplatesRows {
  template: {
    id: string;
    person: string;
    request: string;
    name: string;
    saved: number;
    deleted?: number;
    /** The entry that it was saved by. */
    entry: number;
  };
}
