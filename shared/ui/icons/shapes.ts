/**
 * Our own drawing of each icon: 20-unit grid, 1.5-unit strokes, round ends, two units of air at the edge.
 * `d` is stroked; `dots` are filled circles of radius 1.1 as [x, y].
 */
export const shapes = {
  key: {
    d: 'M7 16.5a3.75 3.75 0 1 0 0-7.5a3.75 3.75 0 0 0 0 7.5ZM9.7 10.1 17 2.8M13.6 6.2l2.6 2.6',
    dots: [],
  },
  lock: { d: 'M4.5 9h11v7.75h-11ZM6.75 9V6.5a3.25 3.25 0 0 1 6.5 0V9M10 12v2', dots: [] },
  'lock-open': { d: 'M4.5 9h11v7.75h-11ZM6.75 9V5.75a3.25 3.25 0 0 1 6.2-1.4M10 12v2', dots: [] },
  clock: { d: 'M10 17.25a7.25 7.25 0 1 0 0-14.5a7.25 7.25 0 0 0 0 14.5ZM10 6v4l2.75 2', dots: [] },
  eye: {
    d: 'M2 10c2-3.6 4.7-5.25 8-5.25s6 1.65 8 5.25c-2 3.6-4.7 5.25-8 5.25S4 13.6 2 10ZM10 12.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5Z',
    dots: [],
  },
  check: { d: 'm3.75 10.75 4 4 8.5-9.5', dots: [] },
  x: { d: 'm5 5 10 10M15 5 5 15', dots: [] },
  alert: { d: 'M10 3 18 16.75H2ZM10 8v4', dots: [[10, 14.3]] },
  info: { d: 'M10 17.25a7.25 7.25 0 1 0 0-14.5a7.25 7.25 0 0 0 0 14.5ZM10 9.25v4.25', dots: [[10, 6.6]] },
  user: {
    d: 'M10 9.75a3.25 3.25 0 1 0 0-6.5a3.25 3.25 0 0 0 0 6.5ZM3.75 17c.5-3.1 2.9-4.75 6.25-4.75S15.75 13.9 16.25 17',
    dots: [],
  },
  users: {
    d: 'M7.5 9.75a2.9 2.9 0 1 0 0-5.8a2.9 2.9 0 0 0 0 5.8ZM2 16.5c.4-2.7 2.5-4.1 5.5-4.1s5.1 1.4 5.5 4.1M12.75 4.1a2.9 2.9 0 0 1 0 5.5M15 12.7c1.7.6 2.7 1.9 3 3.8',
    dots: [],
  },
  console: { d: 'M2.75 4h14.5v12H2.75ZM5.75 7.75 8.25 10l-2.5 2.25M10.5 12.5h3.75', dots: [] },
  log: { d: 'M4 2.75h12v14.5H4ZM7.25 2.75v14.5M9.75 6.75h3.75M9.75 10h3.75M9.75 13.25h3.75', dots: [] },
  shield: {
    d: 'M10 2.5 16.25 5v4.5c0 3.9-2.4 6.5-6.25 8c-3.85-1.5-6.25-4.1-6.25-8V5ZM7.25 9.9l2 2 3.6-4',
    dots: [],
  },
  link: {
    d: 'm8.5 11.5 3-3M9.4 5.9l1.7-1.7a3.3 3.3 0 0 1 4.7 4.7l-1.7 1.7M10.6 14.1l-1.7 1.7a3.3 3.3 0 0 1-4.7-4.7l1.7-1.7',
    dots: [],
  },
  copy: { d: 'M7 7h10v10H7ZM4.75 13H3V3h10v1.75', dots: [] },
  search: { d: 'M8.75 14.25a5.5 5.5 0 1 0 0-11a5.5 5.5 0 0 0 0 11ZM12.75 12.75 17 17', dots: [] },
  external: { d: 'M11.5 3H17v5.5M16.75 3.25l-7 7M8 4.5H3.5v12h12V12', dots: [] },
  chevron: { d: 'm7.5 4.75 5.25 5.25-5.25 5.25', dots: [] },
  arrow: { d: 'M3 10h13.5M11.25 4.75 16.5 10l-5.25 5.25', dots: [] },
  more: {
    d: '',
    dots: [
      [4, 10],
      [10, 10],
      [16, 10],
    ],
  },
  download: { d: 'M10 3v9.25M6 8.5l4 4 4-4M3.25 16.75h13.5', dots: [] },
  play: { d: 'M6 3.75 16 10 6 16.25Z', dots: [] },
  stop: { d: 'M5 5h10v10H5Z', dots: [] },
  plus: { d: 'M10 3.75v12.5M3.75 10h12.5', dots: [] },
  phone: { d: 'M5.5 2.25h9v15.5h-9ZM9 15h2', dots: [] },
  refresh: {
    d: 'M16.5 8.25A6.75 6.75 0 0 0 4.2 6.6M3.75 3v4h4M3.5 11.75a6.75 6.75 0 0 0 12.3 1.65M16.25 17v-4h-4',
    dots: [],
  },
  offline: {
    d: 'M2.5 8.25a11 11 0 0 1 4-2.4M10 5.25c2.9 0 5.5 1.1 7.5 3M5.25 11.5a7 7 0 0 1 4.6-2M3.25 3.25l13.5 13.5',
    dots: [[10, 15]],
  },
  erase: { d: 'm3.25 12 8-8 5.25 5.25-7 7h-3ZM7.25 8l5.25 5.25M12 16.25h5', dots: [] },
  menu: { d: 'M3 5.5h14M3 10h14M3 14.5h14', dots: [] },
} as const satisfies Record<string, { d: string; dots: readonly (readonly [number, number])[] }>;

/** The names that `<Icon>` knows. */
export type IconName = keyof typeof shapes;
