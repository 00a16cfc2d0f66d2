import { state, type RunState, type WorkerState } from './state.ts';

/** For tests alone: sets the state as a test needs it. */
export const setState = (part: Partial<WorkerState>): void => void Object.assign(state, part);
export const setRun = (part: Partial<RunState>): void => setState({ run: { ...state.run, ...part } });
