/** Looks at one property of the repository at `root`; answers a sentence for each place that breaks it. */
export type Check = (root: string) => readonly string[] | Promise<readonly string[]>
