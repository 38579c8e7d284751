export { connectRedis, type CallOptions, type Redis, type RedisOptions, type Script } from './connect-redis.ts'
export type { RedisTls } from './redis-url.ts'
export type { RedisArgument, RedisReply } from './reply.ts'
export type { ScriptDefinition } from './script.ts'
