import { Button, EmptyState } from '#shared/ui/index.ts';
import { openPage } from '../../platform/pages.ts';
import type { Status } from '../../platform/status.ts';
import { companionPlace, pairFragment } from '../fragments.ts';

/** No pairing yet: the one button where the tab is a companion page that waits to pair, else how to get there. */
export function NotPaired({ status, address }: { status: Status; address: string }) {
  const place = companionPlace(address);
  const { managed } = status;
  if (place && (!managed || managed.server === place.server)) {
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
        The page in this tab is ready to pair.
      </EmptyState>
    );
  }
  const ended = status.pairing === 'ended';
  const { server } = status;
  return (
    <EmptyState
      icon="link"
      title={ended ? 'This browser is no longer paired' : 'This browser is not paired yet'}
      action={
        server !== '' && (
          <Button
            kind="primary"
            size="l"
            onClick={() =>
              void openPage(`${server}/pair` as `http${string}`).then(
                () => close(),
                () => undefined,
              )
            }
          >
            Pair this browser
          </Button>
        )
      }
    >
      {server === ''
        ? 'Sign in to your company’s Countersign, choose “Pair this browser”, then click the Countersign button again.'
        : `Sign in to ${new URL(server).host} and choose “Pair this browser” there.`}
      {status.consoles.length > 0 && ' Consoles stay shut until then.'}
    </EmptyState>
  );
}
