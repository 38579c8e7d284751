export { redisRevocations, type RedisRevocationsOptions } from './redis-revocations.ts'
