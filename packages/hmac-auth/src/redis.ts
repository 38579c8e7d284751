export { redisReplayStore, type RedisStoreOptions } from './redis/redis-replay-store.ts'
export { redisSessionStore, type RedisSessionStoreOptions } from './redis/redis-session-store.ts'
