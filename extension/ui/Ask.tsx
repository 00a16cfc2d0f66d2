import { useEffect, useState } from 'preact/hooks';
import { Banner, Button, Card, LinkButton, SafeText, Skeleton, StateBadge, Time } from '#shared/ui/index.ts';
import type { Level } from '#shared/domain/primitives.ts';
import type { TemplateView } from '#shared/domain/templates/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import type { Messages } from '../platform/messages.ts';
import { send } from '../platform/send.ts';
import { draftOf, type RequestDraft } from './draft.ts';
import { RequestForm } from './RequestForm.tsx';
import { Templates, useTemplates } from './Templates.tsx';
import { NotEligible } from './screens/Stopped.tsx';
import { failureOf, useSend, type Failure } from './useSend.ts';

type Offered = Messages['offers']['output'];

/** The request form of one console with what policy offers now, or why it offers nothing. */
export function Ask({
  console,
  server,
  address,
  extend,
  before,
  raise,
}: {
  console: string;
  server: string;
  /** The address first asked for, or empty. */
  address: string;
  /** The running grant that should get more time: at its own level. */
  extend: { id: string; level: Level } | undefined;
  /** The last ask for the same, where nothing came of it. */
  before: RequestView | undefined;
  /** To change what may only be looked at now. */
  raise: boolean;
}) {
  const [offered, setOffered] = useState<Offered>();
  const [failure, setFailure] = useState<Failure>();
  const [tries, setTries] = useState(0);
  // Once asked, the next status draws another screen; until then nothing can be pressed twice.
  const [asked, setAsked] = useState(false);
  const { run, busy, failure: refusal } = useSend('ask');
  const { templates, setTemplates } = useTemplates(console);
  const [used, setUsed] = useState<TemplateView>();
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
        <Skeleton lines={6} label="Loading what you can request" />
      </Card>
    );
  const wanted = extend?.level ?? (raise ? 'change' : undefined);
  const offers = offered.offers.filter(({ level }) => wanted === undefined || level === wanted);
  if (offers.length === 0) {
    const onlyLook = raise && offered.offers.length > 0;
    const why = onlyLook
      ? 'Policy gives you view access only. Ask an administrator if you need to make changes.'
      : (offered.whyNot ??
        'Policy does not let you request access here. Ask an administrator if you need it.');
    return <NotEligible whyNot={why} server={server} />;
  }
  const elsewhere = extend ? undefined : offered.open;
  const ask = async (draft: RequestDraft): Promise<void> => {
    const { justification, ticket } = draft;
    const texts = { justification: justification.trim(), ticket: ticket.trim() };
    const chosen = { level: draft.level, seconds: draft.seconds };
    if (await run({ console, ...chosen, ...texts, address, extends: extend?.id ?? '' })) setAsked(true);
  };
  if (elsewhere) return <Elsewhere request={elsewhere} server={server} onLook={() => setTries(tries + 1)} />;
  return (
    <Card>
      {!extend && (
        <Templates
          console={console}
          templates={templates.filter(({ level }) => offers.some((offer) => offer.level === level))}
          onUse={setUsed}
          onTemplates={setTemplates}
        />
      )}
      <RequestForm
        key={used?.id}
        offers={offers}
        before={used ?? (before && draftOf(before))}
        recorded={offered.recorded}
        more={extend !== undefined}
        busy={busy || asked}
        failure={refusal}
        onAsk={(draft) => void ask(draft)}
      />
    </Card>
  );
}

/** Asked already, in another browser: only that one can start it or take it back. */
function Elsewhere({
  request,
  server,
  onLook,
}: {
  request: RequestView;
  server: string;
  onLook: () => void;
}) {
  return (
    <Card
      tone="wait"
      title="You already requested this in another browser"
      aside={<StateBadge state={request.status} />}
      footer={
        <>
          <LinkButton kind="quiet" href={`${server}/requests/${request.id}`} target="_blank">
            View request
          </LinkButton>
          <Button kind="primary" icon="refresh" onClick={onLook}>
            Check again
          </Button>
        </>
      }
    >
      <p>
        Requested in <SafeText text={request.browser.label} max={80} />{' '}
        <Time at={request.asked} show="relative" />. Continue there, or withdraw it there and request access
        here.
      </p>
    </Card>
  );
}
