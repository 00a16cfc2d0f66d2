import { useEffect, useState } from 'preact/hooks';
import { Banner, Button, Card, LinkButton, Skeleton } from '#shared/ui/index.ts';
import type { Level } from '#shared/statement/types.ts';
import { send, type Messages } from '../platform/messages.ts';
import type { Draft } from './draft.ts';
import { RequestForm } from './RequestForm.tsx';
import { NotEligible } from './screens/Stopped.tsx';
import { failureOf, useSend, type Failure } from './useSend.ts';

type Offered = Messages['offers']['output'];

/** The request form of one console with what policy offers now, or why it offers nothing. */
export function Ask({
  console,
  server,
  address,
  extend,
}: {
  console: string;
  server: string;
  /** The address first asked for, or empty. */
  address: string;
  /** The running grant that should get more time: at its own level. */
  extend: { id: string; level: Level } | undefined;
}) {
  const [offered, setOffered] = useState<Offered>();
  const [failure, setFailure] = useState<Failure>();
  const [tries, setTries] = useState(0);
  // Once asked, the next status draws another screen; until then nothing can be pressed twice.
  const [asked, setAsked] = useState(false);
  const { run, busy, failure: refusal } = useSend('ask');
  useEffect(() => {
    let current = true;
    setFailure(undefined);
    send('offers', { console }).then(
      (answer) => void (current && setOffered(answer)),
      (cause: unknown) => void (current && setFailure(failureOf(cause))),
    );
    return () => {
      current = false;
    };
  }, [console, tries]);

  if (failure) {
    return (
      <Banner kind="warn" live action={<Button onClick={() => setTries(tries + 1)}>Try again</Button>}>
        {failure.sentence}
      </Banner>
    );
  }
  if (!offered)
    return (
      <Card>
        <Skeleton lines={6} label="Asking what you may ask for" />
      </Card>
    );
  const offers = offered.offers.filter((offer) => extend === undefined || offer.level === extend.level);
  if (offers.length === 0) {
    const why = offered.whyNot ?? 'Policy offers you nothing here. Ask an administrator if it should.';
    return <NotEligible whyNot={why} server={server} />;
  }
  const elsewhere = extend ? undefined : offered.open;
  const ask = async (draft: Draft): Promise<void> => {
    const { justification, ticket } = draft;
    const texts = { justification: justification.trim(), ticket: ticket.trim() };
    const chosen = { level: draft.level, seconds: draft.seconds };
    if (await run({ console, ...chosen, ...texts, address, extends: extend?.id ?? '' })) setAsked(true);
  };
  return (
    <Card>
      {elsewhere && (
        <Banner
          kind="warn"
          title="You already have an open request for this console"
          action={
            <LinkButton href={`${server}/requests/${elsewhere.id}`} target="_blank">
              Open it
            </LinkButton>
          }
        >
          It was asked from the browser “{elsewhere.browser.label}”. Go on there, or withdraw it first.
        </Banner>
      )}
      {!elsewhere && (
        <RequestForm
          offers={offers}
          recorded={offered.recorded}
          more={extend !== undefined}
          busy={busy || asked}
          failure={refusal}
          onAsk={(draft) => void ask(draft)}
        />
      )}
    </Card>
  );
}
