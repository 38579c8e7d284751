/** A benchmark: prints what it measures and answers with ratios. Under 40 s when `quick`. */
export type Bench = (options: {
  readonly quick: boolean
  readonly log: (line: string) => void
}) => Promise<Record<string, number>>
