import { Banner, Code, Stack } from '#shared/ui/index.ts';

/** A one-time link, shown once: only its hash is kept. */
export function LinkOnce({ link, handle }: { link: string; handle: string }) {
  return (
    <Stack>
      <p>
        Send this link to <bdi>{handle}</bdi> over a channel you trust. It works once.
      </p>
      <Code text={link} what={`link for ${handle}`} />
      <Banner kind="warn">It is not shown again. Whoever opens it first can enrol as this person.</Banner>
    </Stack>
  );
}
