import type { ComponentChildren } from 'preact';
import { Banner, Boundary, Button, Skeleton } from '#shared/ui/index.ts';
import type { Resource } from '../state/useResource.ts';

/** What failed and the way on. */
export function Failure({ problem, onRetry }: { problem: string; onRetry: () => void }) {
  return (
    <Banner
      kind="danger"
      live
      action={
        <Button size="s" icon="refresh" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {problem}
    </Banner>
  );
}

/** Draws within the boundary around it, and not before. */
function Drawn<T>({ data, children }: { data: T; children: (data: T) => ComponentChildren }) {
  return <>{children(data)}</>;
}

/** A resource in each of its states: ruled lines, why it failed, or what it holds. Old data stays under a failure. */
export function Loaded<T>({
  from,
  lines = 6,
  before,
  children,
}: {
  from: Pick<Resource<T>, 'data' | 'problem' | 'refetch'>;
  lines?: number;
  /** What stands above while there is no data, such as a heading that names no names yet. */
  before?: ComponentChildren;
  children: (data: T) => ComponentChildren;
}) {
  const { data, problem, refetch } = from;
  return (
    <>
      {data === undefined && before}
      {problem !== undefined && <Failure problem={problem} onRetry={refetch} />}
      {data === undefined ? (
        problem === undefined && <Skeleton lines={lines} />
      ) : (
        <Boundary>
          <Drawn data={data}>{children}</Drawn>
        </Boundary>
      )}
    </>
  );
}
