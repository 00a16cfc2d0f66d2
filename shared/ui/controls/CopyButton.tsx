import { useEffect, useState } from 'preact/hooks';
import { Button } from './Button.tsx';

type Copied = 'no' | 'yes' | 'failed';

const words = { no: 'Copy', yes: 'Copied', failed: 'Select and copy by hand' } as const;

/** Copies `text` and says that it did, in the button and to a screen reader, for two seconds. */
export function CopyButton({
  text,
  label = words.no,
  what,
  kind = 'secondary',
  bare = false,
}: {
  text: string;
  label?: string;
  /** What is copied, for the accessible name, as in "link for an approver". */
  what?: string;
  kind?: 'secondary' | 'quiet' | 'primary';
  /** The icon alone, for a table or beside a hash. */
  bare?: boolean;
}) {
  const [copied, setCopied] = useState<Copied>('no');
  useEffect(() => {
    if (copied === 'no') return undefined;
    const timer = setTimeout(() => setCopied('no'), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  };
  return (
    <>
      <Button kind={kind} size="s" bare={bare} icon={copied === 'yes' ? 'check' : 'copy'} onClick={copy}>
        {copied === 'no' ? label : words[copied]}
        {what !== undefined && <span class="cs-sr"> {what}</span>}
      </Button>
      <span class="cs-sr" role="status">
        {copied === 'no' ? '' : words[copied]}
      </span>
    </>
  );
}
