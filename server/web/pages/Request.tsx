import { Banner, CopyButton, ModeBadge, PageHeader, SafeText, StateBadge } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { Erase } from '../dual-control/Erase.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { levelName, requestState } from '../parts/words.ts';
import { Decide } from '../request/Decide.tsx';
import { AskedFor, WhoDecides } from '../request/Facts.tsx';
import { lower, shorter } from '../request/limits.ts';
import { Outcome } from '../request/Outcome.tsx';
import { api } from '../state/api.ts';
import { hasRole, me } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';
import { mismatch } from '../touch/record.ts';
import styles from './Request.module.css';

type Shown = AnswerOf<typeof wire.showRequest>;

/** What the reader can do about it: decide, or a sentence that says why not and what to do. */
function Action({ shown, onDecided }: { shown: Shown; onDecided: () => void }) {
  const { request, ask, policyHash } = shown;
  if (request.status !== 'waiting') return <Outcome request={request} />;
  const wrong = mismatch(request, ask);
  if (wrong !== undefined)
    return (
      <Banner kind="danger" live title="This request does not match its record">
        {wrong}
      </Banner>
    );
  if (request.mayDecide)
    return (
      <Decide
        request={request}
        policy={policyHash}
        levels={lower(request)}
        durations={shorter(request)}
        onDecided={onDecided}
      />
    );
  const own = request.person.id === me.value?.person.id;
  return (
    <Banner
      title={own ? 'This is your request' : 'You cannot decide this request'}
      action={<CopyButton text={location.href} label="Copy link" what="for an approver" />}
    >
      {request.whyNot ??
        (own
          ? 'You cannot decide your own request. Send the link to an approver.'
          : 'The policy does not name you as an approver of this request.')}
    </Banner>
  );
}

/** One request: who asks for what, why and until when; the decision; what became of it. */
export function RequestPage({ id = '' }: { id?: string }) {
  usePage('Request');
  const shown = useResource(id, () => api(wire.showRequest, { params: { request: id } }), [
    `request:${id}`,
    'people',
    'policy',
  ]);
  return (
    <Loaded
      from={shown}
      lines={10}
      before={<PageHeader back={{ href: '/', label: 'Inbox' }} title="Request" />}
    >
      {(data) => {
        const { request } = data;
        return (
          <>
            <PageHeader
              back={{ href: '/', label: 'Inbox' }}
              title={
                <>
                  <SafeText text={request.person.handle} max={60} /> requests{' '}
                  {levelName[request.level].toLowerCase()} access to{' '}
                  <SafeText text={request.console.name} max={60} />
                </>
              }
              marks={
                <>
                  <ModeBadge mode={request.mode} />
                  <StateBadge state={requestState(request)} />
                </>
              }
              actions={
                request.status !== 'waiting' &&
                hasRole('administrator') && <Erase of={{ request: request.id }} what="request" />
              }
            />
            <div class={styles['request']}>
              <AskedFor request={request} />
              <div class={styles['action']}>
                <Action
                  // A new choice of terms for another request, and none left over from the last one.
                  key={request.id}
                  shown={data}
                  onDecided={shown.refetch}
                />
              </div>
              {/* Once it is decided or gone, who might have decided is no news. */}
              {(request.status === 'waiting' || request.decides === 'nobody') && (
                <WhoDecides request={request} />
              )}
            </div>
          </>
        );
      }}
    </Loaded>
  );
}
