// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useRef, useState } from 'preact/hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Card } from './Card.tsx';
import { Table, type Column } from './Table.tsx';
import { Tabs } from './Tabs.tsx';
import { useFocusKept } from './useFocusKept.ts';

afterEach(cleanup);

const panel = (): string | null => screen.getByRole('tabpanel').textContent;

function ThreeTabs() {
  const [tab, setTab] = useState<'a' | 'b' | 'c'>('a');
  const tabs = [
    { key: 'a', label: 'Running', count: 2 },
    { key: 'b', label: 'Ended' },
    { key: 'c', label: 'All' },
  ] as const;
  return (
    <Tabs label="Sessions" tabs={tabs} selected={tab} onSelect={setTab}>
      panel {tab}
    </Tabs>
  );
}

describe('Tabs', () => {
  it('moves by arrows, Home and End, round the ends, with one tab stop', () => {
    render(<ThreeTabs />);
    const list = screen.getByRole('tablist');
    for (const [key, expected] of [
      ['ArrowRight', 'panel b'],
      ['End', 'panel c'],
      ['ArrowRight', 'panel a'],
      ['ArrowLeft', 'panel c'],
      ['Home', 'panel a'],
    ] as const) {
      fireEvent.keyDown(list, { key });
      expect(panel()).toBe(expected);
    }
    expect(screen.getAllByRole('tab').map((tab) => tab.tabIndex)).toEqual([0, -1, -1]);
    expect(list.ownerDocument.activeElement?.textContent).toBe('Running2');
  });
});

describe('Table', () => {
  const columns: Column<{ id: string; who: string }>[] = [
    { key: 'who', head: 'Who', cell: (row) => row.who, names: true },
    { key: 'id', head: 'Number', cell: (row) => row.id, numeric: true },
  ];

  it('names its rows and keeps its roles when the cells become cards', () => {
    render(
      <Table caption="Sessions" columns={columns} rows={[{ id: '7', who: 'Ada' }]} keyOf={(row) => row.id} />,
    );
    expect(screen.getByRole('table', { name: 'Sessions' }).getAttribute('role')).toBe('table');
    expect(screen.getByRole('rowheader').textContent).toBe('Ada');
    expect(screen.getByRole('cell').dataset['head']).toBe('Number');
  });

  it('gives its place to the empty state', () => {
    render(
      <Table caption="Sessions" columns={columns} rows={[]} keyOf={(row) => row.id} empty="Nothing yet." />,
    );
    expect(screen.queryByRole('table')).toBeNull();
    expect(screen.getByText('Nothing yet.')).toBeTruthy();
  });
});

describe('Card', () => {
  it('is a region when it has a title', () => {
    render(<Card title="Terms">…</Card>);
    expect(screen.getByRole('region', { name: 'Terms' })).toBeTruthy();
  });
});

/** A page on which a press replaces the card that it was made in. */
function TwoCards({ takes }: { takes: boolean }) {
  const root = useRef<HTMLElement>(null);
  useFocusKept(root);
  const [asked, setAsked] = useState(false);
  return (
    <main ref={root}>
      <h1>Harbour</h1>
      <div>
        {asked ? (
          <Card key="after" title="Waiting for a decision">
            {takes && <input ref={(input) => input?.focus()} />}
          </Card>
        ) : (
          <Card key="before" title="Ask">
            <button onClick={() => setAsked(true)}>Ask for access</button>
          </Card>
        )}
      </div>
    </main>
  );
}
const pressed = async (takes: boolean): Promise<void> => {
  render(<TwoCards takes={takes} />);
  const button = screen.getByRole('button', { name: 'Ask for access' });
  button.focus();
  fireEvent.click(button);
  await new Promise((done) => setTimeout(done));
};

describe('the focus', () => {
  it('goes to the heading of what came when what it stood on is gone', async () => {
    await pressed(false);
    expect(globalThis.document.activeElement?.textContent).toBe('Waiting for a decision');
  });

  it('stays with what took it', async () => {
    await pressed(true);
    expect(globalThis.document.activeElement?.tagName).toBe('INPUT');
  });
});

describe('a part that fails', () => {
  it('says so in its place, leaves the others, and is drawn again on a press', () => {
    let fails = true;
    const Part = () => {
      if (fails) throw new TypeError('Illegal constructor');
      return <p>Back</p>;
    };
    const told = vi.fn();
    vi.stubGlobal('reportError', told);
    render(
      <>
        <Card title="To decide">One request waits</Card>
        <Card title="Broken">
          <Part />
        </Card>
      </>,
    );
    expect(screen.getByText('One request waits')).toBeTruthy();
    expect(screen.getByText('This part could not be shown')).toBeTruthy();
    expect(globalThis.document.body.textContent).not.toContain('Illegal constructor');
    expect(told).toHaveBeenCalledOnce();
    fails = false;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(screen.getByText('Back')).toBeTruthy();
    vi.unstubAllGlobals();
  });
});
