import { EmptyState, LinkButton } from '#shared/ui/index.ts';
import { usePage } from '../parts/usePage.ts';

/** An address that leads nowhere. */
export function NotFound() {
  usePage('Not found');
  return (
    <>
      <h1 class="cs-sr">Not found</h1>
      <EmptyState
        icon="search"
        title="There is nothing at this address."
        action={<LinkButton href="/">Open the inbox</LinkButton>}
      >
        The link may be incomplete or out of date. Ask whoever sent it for a new one.
      </EmptyState>
    </>
  );
}
