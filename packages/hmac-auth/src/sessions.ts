export {
  createSessions,
  type SessionEvent,
  type Sessions,
  type SessionsOptions,
  type StartedSession,
} from './sessions/create-sessions.ts'
export { memorySessionStore } from './sessions/memory-session-store.ts'
export type { SessionCapacity } from './sessions/session-capacity.ts'
export { requireSession, type LiveSession } from './sessions/require-session.ts'
export type {
  MaybePromise,
  SessionCall,
  SessionLimits,
  SessionOwner,
  SessionStore,
  SessionTimes,
} from './sessions/session-store.ts'
