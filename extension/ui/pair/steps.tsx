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
          Continue only if you started pairing at <b>{host}</b>. Your browser will ask you to allow
          Countersign on these hosts and no others.
        </p>
        {other !== '' && (
          <Banner kind="warn" title={`This browser is paired with ${new URL(other).host}`}>
            Pairing with {host} replaces that. Its sessions end now, and its consoles stay shut here until an
            administrator there releases this browser.
          </Banner>
        )}
        <ul class={styles['hosts']}>
          <li>
            <span class={styles['small']}>Countersign server: to send requests and receive updates.</span>
            <span class={styles['host']}>{host}</span>
          </li>
          {place.hosts.length > 0 && (
            <li>
              <span class={styles['small']}>
                Consoles: to keep them shut, open them for you, and record what is done there.
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
          <Banner kind="warn" live title="Permission was not granted">
            Try again and choose “Allow”, or pair now and allow the consoles later from the toolbar. They stay
            shut until then.
          </Banner>
        )}
        {sentence !== undefined && (
          <Banner
            kind="danger"
            live
            action={
              <LinkButton size="s" href={`${place.server}/pair`} target="_blank">
                Start over
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
            Compare it with the code in the Countersign tab at <b>{host}</b>. If they match, touch your key
            there.
          </p>
          <p class={styles['small']}>
            If they do not match, or no tab shows a code, close this tab: someone else sent you this link.
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
      <Head title={refused ? 'Paired, but some consoles cannot be protected' : 'This browser is paired'} />
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
            Paired as <b>{status.person?.handle ?? 'you'}</b> with <b>{host}</b>. Open a console to request
            access. The Countersign button in the toolbar shows your sessions.
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
