import { useEffect, useState } from 'preact/hooks';
import {
  Banner,
  Button,
  Card,
  EmptyState,
  LinkButton,
  PageHeader,
  ProgressBar,
  Row,
  SafeText,
  Stack,
} from '#shared/ui/index.ts';
import { pairingCode } from '#shared/domain/browsers/code.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { Failure } from '../parts/Loaded.tsx';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { usePage } from '../parts/usePage.ts';
import { api, refreshMe, sentenceOf } from '../state/api.ts';
import { about, me } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';
import { findExtension, pairAddress } from '../touch/extension.ts';
import { pairingStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';
import styles from './Pair.module.css';

type Opened = AnswerOf<typeof wire.openPairing>;
type Claimed = { browserKey: string; code: string; label: string };

/** Both screens computed the code apart; the touch signs key, code and label. */
function Compare({ claimed, ticket, onPaired }: { claimed: Claimed; ticket: string; onPaired: () => void }) {
  const touching = useTouch();
  // Computed here from key and ticket: a server that swapped the key would show another code than the extension.
  const code = pairingCode(claimed.browserKey, ticket);
  if (code !== claimed.code)
    return (
      <Banner kind="danger" live title="The codes do not match">
        The server sent a different code than this page computed. Do not touch your key, and tell an
        administrator.
      </Banner>
    );
  const confirm = (): void => {
    void touching.run(async (signal) => {
      const signed = await touchNow((draft, by) => pairingStatement(draft, by, { ...claimed, code }), signal);
      await api(wire.confirmPairing, { body: { ticket, touch: signed } });
      await refreshMe();
      onPaired();
    });
  };
  return (
    <Card title="Does your extension show this code?">
      <Stack>
        <p class={styles['code']}>{code}</p>
        <p class={styles['label']}>
          <SafeText text={claimed.label} max={80} />
        </p>
        <p>
          If the extension shows a different code or none, another browser is trying to pair. Leave this page.
        </p>
        <TouchPanel
          touching={touching}
          idle="Your touch signs that this browser’s key is yours."
          done="Paired."
          action="Yes, pair with your key"
          onTouch={confirm}
        />
      </Stack>
    </Card>
  );
}

function Waiting({ opened, onAgain }: { opened: Opened; onAgain: () => void }) {
  const address = pairAddress(opened);
  const [found, setFound] = useState<boolean | undefined>();
  useEffect(() => {
    let gone = false;
    void findExtension().then((there) => !gone && setFound(there));
    return () => {
      gone = true;
    };
  }, []);
  return (
    <Card
      title="Waiting for the extension"
      footer={
        <Button kind="quiet" onClick={onAgain}>
          Start over
        </Button>
      }
    >
      <Stack>
        {found === true && address !== undefined ? (
          <>
            <p>Its page opened in a new tab. Press the button there, then come back here.</p>
            <Row>
              <LinkButton href={address} target="_blank" icon="external">
                Reopen that page
              </LinkButton>
            </Row>
          </>
        ) : (
          <p>
            <strong>Press the Countersign button in your toolbar</strong>, with this tab in front, and choose
            to pair. No button? Install the extension, then start over.
          </p>
        )}
        <ProgressBar label="Waiting" />
      </Stack>
    </Card>
  );
}

/** How long a browser may take to say what it gates, in ms; an extension from before it could say so never does. */
const PATIENCE = 10_000;

function Paired() {
  const [waited, setWaited] = useState(false);
  const newest = me.value?.browsers.toSorted((a, b) => b.paired - a.paired)[0];
  const ungated = newest?.ungated;
  const waiting = ungated === undefined && !waited;
  useEffect(() => {
    if (!waiting) return undefined;
    const looking = setInterval(() => void refreshMe(), 1000);
    const patience = setTimeout(() => setWaited(true), PATIENCE);
    return () => {
      clearInterval(looking);
      clearTimeout(patience);
    };
  }, [waiting]);
  const some = ungated !== undefined && ungated.length > 0;
  return (
    <Card>
      <EmptyState
        icon={some ? 'alert' : 'check'}
        title={some ? 'This browser is paired, but cannot gate every console.' : 'This browser is paired.'}
        action={
          <LinkButton kind="primary" href="/consoles" icon="console">
            View consoles
          </LinkButton>
        }
      >
        {some
          ? `It rejected the rules for ${ungated.join(', ')}, so you cannot open them in this browser. Update and restart it. If that does not help, tell an administrator.`
          : waiting
            ? 'It is setting up its rules.'
            : ungated === undefined
              ? 'It has not confirmed yet that it gates every console. See the extension’s page.'
              : 'Open a console. If it is closed, you will see the request form in its place.'}
      </EmptyState>
    </Card>
  );
}

/** Follows one pairing from open to paired. */
function Pairing({ opened, onAgain }: { opened: Opened; onAgain: () => void }) {
  const [paired, setPaired] = useState(false);
  const { ticket } = opened;
  const state = useResource(ticket, () => api(wire.pairing, { body: { ticket } }), ['pairing']);
  const { refetch } = state;
  const over = paired || state.data?.state === 'paired' || state.data?.state === 'gone';
  useEffect(() => {
    if (over) return undefined;
    const timer = setInterval(refetch, 2000);
    return () => clearInterval(timer);
  }, [over, refetch]);
  if (paired || state.data?.state === 'paired') return <Paired />;
  if (state.data?.state === 'gone')
    return (
      <Banner kind="warn" live action={<Button onClick={onAgain}>Start over</Button>}>
        Pairing timed out after five minutes.
      </Banner>
    );
  const { browserKey, code, label } = state.data ?? {};
  return (
    <>
      {state.problem !== undefined && <Failure problem={state.problem} onRetry={refetch} />}
      {browserKey !== undefined && code !== undefined && label !== undefined ? (
        <Compare claimed={{ browserKey, code, label }} ticket={ticket} onPaired={() => setPaired(true)} />
      ) : (
        <Waiting opened={opened} onAgain={onAgain} />
      )}
    </>
  );
}

/** Pairs this browser: one button here, one in the extension, one touch. */
export function Pair() {
  usePage('Pair this browser');
  const [opened, setOpened] = useState<Opened | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const open = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const pairing = await api(wire.openPairing, { body: {} });
      // The toolbar's popup reads this address.
      history.replaceState(null, '', `#${pairing.ticket}|${pairing.hosts.join(',')}`);
      const address = pairAddress(pairing);
      if (address !== undefined && (await findExtension())) window.open(address, '_blank');
      setOpened(pairing);
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <PageHeader
        back={{ href: '/me', label: 'Your keys and browsers' }}
        title="Pair this browser"
        lead="The extension creates its own key in this browser, and your touch confirms that it is yours. After that, you can request access wherever a console is closed."
      />
      <Stack>
        {problem !== undefined && (
          <Banner kind="danger" live>
            {problem}
          </Banner>
        )}
        {opened ? (
          <Pairing key={opened.ticket} opened={opened} onAgain={() => void open()} />
        ) : (
          <Card title="Three steps">
            <Stack>
              <ol class={styles['steps']}>
                <li>Press the button below. The extension’s page opens in a new tab.</li>
                <li>
                  Press the button there. The browser asks whether the extension may access your consoles.
                </li>
                <li>Check that both pages show the same code, then touch your key here.</li>
              </ol>
              <Row>
                <Button kind="primary" size="l" icon="link" busy={busy} onClick={() => void open()}>
                  Pair this browser
                </Button>
              </Row>
              <p class={styles['small']}>Server: {about.value?.webOrigin}</p>
            </Stack>
          </Card>
        )}
      </Stack>
    </>
  );
}
