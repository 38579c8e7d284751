export { assertInert, type Sink } from './assert-inert.ts'
export { type Corpus, hostileTexts } from './hostile-corpora.ts'
export { hostileInput, type HostileInputOptions, type HostileReport, type Passed } from './hostile-input.ts'
