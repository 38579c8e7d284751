export { freePort } from './free-port.ts'
export { startRedis, type RedisServer, type StartRedisOptions } from './start-redis.ts'
export { startRedisCluster, type RedisCluster, type RedisNode } from './start-redis-cluster.ts'
export { startRedisProxy, type RedisBehaviour, type RedisProxy } from './start-redis-proxy.ts'
