/** What a checkpoint that a server shows is, to a browser that holds one. Pure. */
export { judgeCheckpoint, type Judgement } from './judge.ts';
