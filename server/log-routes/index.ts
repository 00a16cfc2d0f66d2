/** The log as people and verifiers read it over HTTP: in words, in tiles, and how its keys follow from one another. */
export { entryRoutes, entryViewOf } from './entries.ts';
export { successionRoutes } from './succession.ts';
export { logRoutes } from './tiles.ts';
