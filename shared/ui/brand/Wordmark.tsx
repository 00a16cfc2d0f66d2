/** The mark alone: the bow of a key that is also a C, and the tick that countersigns it. */
export function Mark({ size = 24, label }: { size?: number; label?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke-linecap="round"
      stroke-linejoin="round"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <path d="M17.3 18.1A8.5 8.5 0 1 1 15.2 4.1" stroke="currentColor" stroke-width="2.4" />
      <path d="M7.2 11.6 11.1 15.6 21.6 4.4" stroke="var(--cs-mark, #17708a)" stroke-width="2.8" />
    </svg>
  );
}

/** Mark and name. The name is set in the system's face: what counters is plain, what signs is heavy. */
export function Wordmark({ size = 24 }: { size?: number }) {
  return (
    <span
      style={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: `${Math.round(size / 3)}px`,
        fontSize: `${Math.round(size * 0.72)}px`,
        lineHeight: 1,
        letterSpacing: '-0.025em',
        color: 'var(--cs-ink)',
      }}
    >
      <Mark size={size} />
      <span>
        <span style={{ fontWeight: 450 }}>counter</span>
        <span style={{ fontWeight: 700 }}>sign</span>
      </span>
    </span>
  );
}
