import { useState } from 'preact/hooks';
import { Badge, Banner, Button, Dialog, EmptyState, SafeText, Stack, Table, Time } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { PersonView } from '#shared/domain/people/views.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { browserState } from '../parts/words.ts';
import { api } from '../state/api.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';
import { releaseStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';

type Browser = AnswerOf<typeof wire.listBrowsers>['browsers'][number];

/** Every browser that somebody paired, and the touch that lets one go. */
export function Browsers({
  person,
  onClose,
  onDone,
}: {
  person: PersonView;
  onClose: () => void;
  onDone: () => void;
}) {
  const browsers = useResource(
    `browsers of ${person.id}`,
    () => api(wire.listBrowsers, { params: { person: person.id } }),
    ['people'],
  );
  const [letting, setLetting] = useState<Browser>();
  if (letting)
    return (
      <Release
        browser={letting}
        onClose={() => setLetting(undefined)}
        onDone={() => {
          setLetting(undefined);
          onDone();
        }}
      />
    );
  return (
    <Dialog
      title={`Browsers of ${person.handle}`}
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <Stack>
        <p>
          A browser keeps your consoles closed until it is released, even after it was unpaired or paired with
          another server.
        </p>
        <Loaded from={browsers} lines={4}>
          {(data) => (
            <Table
              caption={`Browsers of ${person.handle}`}
              rows={data.browsers}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'label',
                  head: 'Name',
                  names: true,
                  cell: ({ label, status }) => (
                    <>
                      <SafeText text={label} max={80} />{' '}
                      {browserState[status] && <Badge>{browserState[status]}</Badge>}
                    </>
                  ),
                },
                { key: 'paired', head: 'Paired', cell: ({ paired }) => <Time at={paired} show="local" /> },
                {
                  key: 'seen',
                  head: 'Last heard',
                  cell: ({ lastSeen }) =>
                    lastSeen === undefined ? (
                      'Not since the server started'
                    ) : (
                      <Time at={lastSeen} show="relative" />
                    ),
                },
                {
                  key: 'do',
                  head: 'Change',
                  acts: true,
                  cell: (browser) =>
                    browser.status === 'released' ? null : (
                      <Button kind="quiet" size="s" onClick={() => setLetting(browser)}>
                        Release<span class="cs-sr"> {browser.label}</span>
                      </Button>
                    ),
                },
              ]}
              empty={<EmptyState icon="console" title="No browser has been paired." />}
            />
          )}
        </Loaded>
      </Stack>
    </Dialog>
  );
}

function Release({
  browser,
  onClose,
  onDone,
}: {
  browser: Browser;
  onClose: () => void;
  onDone: () => void;
}) {
  const touching = useTouch();
  const { id, browserKey } = browser;
  const release = (): void => {
    void touching.run(async (signal) => {
      const signed = await touchNow(
        (draft, by) => releaseStatement(draft, by, { browser: id, browserKey }),
        signal,
      );
      await api(wire.releaseBrowser, { params: { browser: id }, body: { touch: signed } });
      say('Browser released.');
      onDone();
    });
  };
  return (
    <Dialog title="Release a browser" onClose={onClose} actions={<Button onClick={onClose}>Cancel</Button>}>
      <Stack>
        <p>
          <SafeText text={browser.label} max={80} />, paired <Time at={browser.paired} show="local" />
        </p>
        <Banner kind="warn">
          It stops keeping your consoles closed: anyone using it can then open them without approval and
          without a record. Its pairing and anything it has open end at once. This cannot be undone, but
          pairing it again closes the consoles again.
        </Banner>
        <TouchPanel
          touching={touching}
          idle="Your touch signs the release. It is logged, and the browser checks it."
          done="Released."
          action="Release with your key"
          danger
          onTouch={release}
        />
      </Stack>
    </Dialog>
  );
}
