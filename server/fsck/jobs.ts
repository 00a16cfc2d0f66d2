import type { Weighed } from '#shared/log/tiles/weigh.ts';
import { weighFiles } from './files.ts';
import { type WeighedRows, weighRows } from './rows.ts';

/** A run of bundles to be read and hashed: from the files of a folder, or from the rows of a database. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}
export type FolderJob = Run & { readonly kind: 'folder'; readonly folder: string };
export type RowsJob = Run & { readonly kind: 'rows'; readonly database: string };
export type PoolJob = FolderJob | RowsJob;
export type ResultOf<J extends PoolJob> = J extends RowsJob ? WeighedRows[] : Weighed[];

/** Does a job on this thread. */
export const work = <J extends PoolJob>(job: J): ResultOf<J> =>
  (job.kind === 'folder'
    ? weighFiles(job.folder, job.from, job.to, job.size)
    : weighRows(job.database, job.from, job.to)) as ResultOf<J>;
