export { startRedis, type RedisServer, type StartRedisOptions } from './start-redis.ts'
