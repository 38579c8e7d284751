import { RingfenceError } from '@ringfence/errors'
import { createClient } from 'redis'
import { freePort } from './free-port.ts'
import { startRedis, type RedisServer } from './start-redis.ts'

/** One node of a private cluster. */
export interface RedisNode extends RedisServer {
  readonly port: number
  readonly busPort: number
  /** For `connectRedis`: the node's TCP address, which makes it find the others. */
  readonly tcpUrl: string
  readonly role: 'master' | 'replica'
  /** One command to this node and no other. */
  command(...args: string[]): Promise<unknown>
}

export interface RedisCluster {
  readonly nodes: readonly RedisNode[]
  stop(): Promise<void>
}

/**
 * Starts a private Redis Cluster on loopback: three masters that share the slots, and a replica of the first.
 *
 * @example
 * ```ts
 * const cluster = await startRedisCluster()
 * const redis = await connectRedis({ url: cluster.nodes[0].tcpUrl })
 * ```
 */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: RedisNode[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (const role of ['master', 'master', 'master', 'replica'] as const) nodes.push(await startNode(role))
    const [first, , , replica] = nodes
    const share = 16_384 / 3
    await Promise.all(
      nodes.slice(0, 3).map((node, i) => {
        const range = [Math.ceil(i * share), Math.ceil((i + 1) * share) - 1].map(String)
        return node.command('CLUSTER', 'ADDSLOTSRANGE', ...range)
      }),
    )
    for (const node of nodes.slice(1)) {
      await node.command('CLUSTER', 'MEET', '127.0.0.1', String(first!.port), String(first!.busPort))
    }
    await each(nodes, /cluster_known_nodes:4\r?$/m, 'CLUSTER', 'INFO')
    await replica!.command('CLUSTER', 'REPLICATE', String(await first!.command('CLUSTER', 'MYID')))
    await each(nodes, /cluster_state:ok\r?$/m, 'CLUSTER', 'INFO')
    // A replica that has never synchronised will not take over.
    await each([replica!], /master_link_status:up\r?$/m, 'INFO', 'replication')
    return { nodes, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startNode(role: RedisNode['role']): Promise<RedisNode> {
  const [port, bus] = await Promise.all([freePort(), freePort()])
  const server = await startRedis({
    port,
    args: '--cluster-enabled yes --cluster-node-timeout 1000 --repl-diskless-sync-delay 0'
      .split(' ')
      .concat('--cluster-port', String(bus)),
  })
  const client = createClient({ socket: { path: server.socket, tls: false }, RESP: 2 })
  client.on('error', () => undefined)
  await client.connect()
  return {
    ...server,
    port,
    busPort: bus,
    tcpUrl: `redis://127.0.0.1:${port}`,
    role,
    command: (...args) => client.sendCommand(args),
    stop: async () => {
      client.destroy()
      await server.stop()
    },
  }
}

/** Waits until each node answers a command with a text that matches. */
async function each(nodes: readonly RedisNode[], pattern: RegExp, ...command: string[]): Promise<void> {
  const until = performance.now() + JOIN_MS
  for (const node of nodes) {
    while (!pattern.test(String(await node.command(...command)))) {
      if (performance.now() > until) {
        throw new RingfenceError('redis_unavailable', 'startRedisCluster: the nodes did not find each other')
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** How long the nodes may take to form a cluster (ms). */
const JOIN_MS = 20_000
