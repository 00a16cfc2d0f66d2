import { state, type Run, type State } from './state.ts';

/** For tests alone: sets the state as a test needs it. */
export const setState = (part: Partial<State>): void => void Object.assign(state, part);
export const setRun = (part: Partial<Run>): void => setState({ run: { ...state.run, ...part } });
