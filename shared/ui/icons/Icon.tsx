import { shapes, type IconName } from './shapes.ts';

/**
 * One icon of our own set, in the text's colour. Decorative by default; give `label` only where no visible
 * text says the same.
 */
export function Icon({ name, size = 16, label }: { name: IconName; size?: 16 | 20; label?: string }) {
  const { d, dots } = shapes[name];
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width={size === 16 ? 1.75 : 1.5}
      stroke-linecap="round"
      stroke-linejoin="round"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {d !== '' && <path d={d} />}
      {dots.map(([x, y]) => (
        <circle key={x} cx={x} cy={y} r={1.1} fill="currentColor" stroke="none" />
      ))}
    </svg>
  );
}
