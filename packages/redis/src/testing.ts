export { startRedis, type RedisServer, type StartRedisOptions } from './start-redis.ts'
export { startRedisCluster, type RedisCluster, type RedisNode } from './start-redis-cluster.ts'
