import { Button, EmptyState } from '#shared/ui/index.ts';
import { openPage } from '../../platform/pages.ts';
import type { Status } from '../../platform/status.ts';
import { companionPlace, pairFragment } from '../place.ts';

/** No pairing yet: the one button where the tab is a companion page that waits to pair, else how to get there. */
export function NotPaired({ status, address }: { status: Status; address: string }) {
  const place = companionPlace(address);
  if (place) {
    return (
      <EmptyState
        icon="link"
        title="Pair this browser"
        action={
          <Button
            kind="primary"
            size="l"
            onClick={() =>
              void openPage(`pair.html${pairFragment(place) as `#${string}`}`).then(
                () => close(),
                () => undefined,
              )
            }
          >
            Pair with {new URL(place.server).host}
          </Button>
        }
      >
        The page in this tab waits for it.
      </EmptyState>
    );
  }
  const ended = status.pairing === 'ended';
  return (
    <EmptyState
      icon="link"
      title={ended ? 'This browser is no longer paired' : 'This browser is not paired yet'}
    >
      Sign in to your company’s Countersign, choose “Pair this browser”, then press this button again
      {ended ? '. Consoles stay shut meanwhile.' : '.'}
    </EmptyState>
  );
}
