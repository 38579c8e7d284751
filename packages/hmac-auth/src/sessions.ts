export {
  createSessions,
  type SessionEvent,
  type Sessions,
  type SessionsOptions,
  type StartedSession,
} from './sessions/create-sessions.ts'
export { memorySessionStore, type MemorySessionStoreOptions } from './sessions/memory-session-store.ts'
export { requireSession, type LiveSession } from './sessions/require-session.ts'
export type {
  MaybePromise,
  SessionCall,
  SessionLimits,
  SessionOwner,
  SessionStore,
  SessionTimes,
} from './sessions/session-store.ts'
