import { Banner, Button, Card, LinkButton, Stack } from '#shared/ui/index.ts';
import { closeTab } from '../../platform/pages.ts';
import type { Status } from '../../platform/status.ts';
import { AllowHosts } from '../AllowHosts.tsx';
import { Head } from '../Head.tsx';
import { RefusedRules } from '../RefusedRules.tsx';
import styles from '../pages.module.css';
import type { PairPlace } from '../fragments.ts';

/** Which server, which hosts and what for; then the one button. */
export function Introduction({
  place,
  host,
  other,
  refused,
  sentence,
  busy,
  onPair,
}: {
  place: PairPlace;
  host: string;
  /** The server that this browser is paired with now, if it is another one; else empty. */
  other: string;
  /** The browser was not allowed the hosts. */
  refused: boolean;
  /** Why the last try came to nothing. */
  sentence: string | undefined;
  busy: boolean;
  /** False: the server alone now, the consoles' hosts later. */
  onPair: (all: boolean) => void;
}) {
  return (
    <Card>
      <Stack gap={4}>
        <p>
          Pair only if you came here from your own page at <b>{host}</b>. The browser asks once whether
          Countersign may see these hosts, and no others.
        </p>
        {other !== '' && (
          <Banner kind="warn" title={`This browser is paired with ${new URL(other).host}`}>
            Pairing with {host} ends that: its grants end at once, and what it shuts stays shut here until an
            administrator there releases this browser.
          </Banner>
        )}
        <ul class={styles['hosts']}>
          <li>
            <span class={styles['small']}>The Countersign server: to ask it, and to hear from it.</span>
            <span class={styles['host']}>{host}</span>
          </li>
          {place.hosts.length > 0 && (
            <li>
              <span class={styles['small']}>
                The consoles: to keep them shut, to open them for you, and to record what is done in them.
              </span>
              {place.hosts.map((name) => (
                <span key={name} class={styles['host']}>
                  {name}
                </span>
              ))}
            </li>
          )}
        </ul>
        {refused && (
          <Banner kind="warn" live title="The browser did not allow these hosts">
            Try again and choose “Allow”. Or pair now and allow the consoles later from the toolbar; they stay
            shut until then.
          </Banner>
        )}
        {sentence !== undefined && (
          <Banner
            kind="danger"
            live
            action={
              <LinkButton size="s" href={`${place.server}/pair`} target="_blank">
                Start anew
              </LinkButton>
            }
          >
            {sentence}
          </Banner>
        )}
        <Button kind="primary" size="l" icon="link" wide busy={busy} onClick={() => onPair(true)}>
          {refused || sentence !== undefined ? 'Try again' : 'Pair this browser'}
        </Button>
        {refused && place.hosts.length > 0 && (
          <Button kind="quiet" wide onClick={() => onPair(false)}>
            Pair now, allow the consoles later
          </Button>
        )}
      </Stack>
    </Card>
  );
}

/** Both screens show one code, or the link came from somebody else. */
export function Compare({ code, host }: { code: string; host: string }) {
  return (
    <>
      <Head title="Compare the code" />
      <Card tone="wait">
        <Stack gap={4}>
          <p class={styles['code']} aria-label={`Code: ${code.split('').join(' ')}`} role="img">
            {code}
          </p>
          <p role="status">
            Compare it with the Countersign tab at <b>{host}</b>. If both are the same, touch your key there.
          </p>
          <p class={styles['small']}>
            If they differ, or no tab shows a code, close this one: somebody else sent you here.
          </p>
        </Stack>
      </Card>
    </>
  );
}

/** Done, and what now. */
export function Paired({ status, host }: { status: Status; host: string }) {
  const refused = status.refusedRules.length > 0;
  return (
    <>
      <Head title={refused ? 'Paired, but not every console can be gated' : 'This browser is paired'} />
      <Card
        tone={refused ? 'shut' : 'open'}
        footer={
          <Button kind="primary" onClick={() => void closeTab()}>
            Close this tab
          </Button>
        }
      >
        <Stack gap={4}>
          <p role="status">
            It acts for <b>{status.person?.handle ?? 'you'}</b> at <b>{host}</b>. Open a console and ask
            there; the Countersign button in the toolbar shows what runs.
          </p>
          <RefusedRules status={status} />
          {status.missing.length > 0 && (
            <Banner kind="warn" title="Some consoles stay shut until you allow their hosts">
              <AllowHosts status={status} small />
            </Banner>
          )}
        </Stack>
      </Card>
    </>
  );
}
