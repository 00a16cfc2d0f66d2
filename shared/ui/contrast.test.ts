import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const strip = readFileSync(new URL('strip.css', import.meta.url), 'utf8');

/** WCAG 2.2 relative luminance of #rgb or #rrggbb. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function token(name: string, scheme: 'light' | 'dark'): string {
  const both = new RegExp(`--cs-${name}: light-dark\\((#[0-9a-f]+), (#[0-9a-f]+)\\)`).exec(css);
  const one = new RegExp(`--cs-${name}: (#[0-9a-f]+)`).exec(css);
  const found = both?.[scheme === 'light' ? 1 : 2] ?? one?.[1];
  if (found === undefined) throw new Error(`no colour --cs-${name} in tokens.css`);
  return found;
}

const grounds = ['paper', 'sheet', 'sunk'];
const inks = ['ink', 'ink-2', 'ink-3', 'accent-ink', 'open-ink', 'wait-ink', 'shut-ink', 'watch-ink'];
const text = [
  ...inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ...['accent', 'open', 'wait', 'shut', 'watch'].flatMap((name) => [
    [`${name}-ink`, `${name}-wash`] as const,
    ['ink', `${name}-wash`] as const,
    ['ink-2', `${name}-wash`] as const,
  ]),
  ['on-accent', 'accent'] as const,
  ['on-accent', 'accent-hover'] as const,
  ['on-danger', 'danger'] as const,
  ['on-danger', 'danger-hover'] as const,
];
const edges = ['rule-strong', 'focus', 'accent', 'open', 'wait', 'shut', 'watch', 'mark'].flatMap((edge) =>
  ['paper', 'sheet'].map((ground) => [edge, ground] as const),
);

describe.each(['light', 'dark'] as const)('%s scheme', (scheme) => {
  it.each(text)('text %s on %s passes AA', (ink, ground) => {
    expect(contrast(token(ink, scheme), token(ground, scheme))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(edges)('edge %s on %s passes 3:1', (edge, ground) => {
    expect(contrast(token(edge, scheme), token(ground, scheme))).toBeGreaterThanOrEqual(3);
  });
});

describe('strip', () => {
  it.each([
    ['#ece8df', '#1e1b16'],
    ['#8fa1b5', '#1e1b16'],
    ['#84d3a3', '#1e1b16'],
    ['#ecbe63', '#1e1b16'],
    ['#ece8df', '#3a352d'],
    ['#0b2229', '#86c5d3'],
    ['#ece8df', '#9c271d'],
    ['#ece8df', '#7c1d15'],
    ['#7c1d15', '#fff'],
  ])('text %s on %s passes AA and is in the sheet', (ink, ground) => {
    expect(strip).toContain(ink);
    expect(strip).toContain(ground);
    expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5);
  });
});

describe('toolbar icons', () => {
  it.each(['idle', 'shut', 'open', 'warning', 'attention'])(
    'the drawing of %s stands out of its tile',
    (state) => {
      const svg = readFileSync(new URL(`brand/toolbar/${state}.svg`, import.meta.url), 'utf8');
      const tile = /<rect[^>]*fill="(#[0-9a-f]{6})"/.exec(svg)?.[1] ?? '#fff';
      expect(contrast('#fff', tile)).toBeGreaterThanOrEqual(3);
    },
  );
});
