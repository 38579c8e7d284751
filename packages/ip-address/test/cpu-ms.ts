/** The processor time that `work` takes on this thread, in milliseconds: a busy machine does not lengthen it. */
export function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
