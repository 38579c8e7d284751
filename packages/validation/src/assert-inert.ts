/** Where free text ends up: a database, a page, a log, an answer. */
export interface Sink {
  /** Puts the text there and answers what is there of it, as the next reader sees it. */
  readonly roundTrip: (text: string) => string | undefined | Promise<string | undefined>
  /** Is everything else as it was? Asked after every text. */
  readonly unharmed?: () => boolean | Promise<boolean>
}

/**
 * Holds that hostile text is inert in a sink: each comes back as exactly the text that it was, and nothing else has
 * changed. Free text cannot be refused for what it looks like, so this is what makes it harmless.
 *
 * @returns how many texts were tried
 * @throws Error with the first text that was more than text, or less
 *
 * @example
 * ```ts
 * await assertInert(hostileTexts('sql'), {
 *   roundTrip: (note) => (insert.run(note), newest.get().note),
 *   unharmed: () => tables.all().length === 3,
 * })
 * ```
 */
export async function assertInert(texts: Iterable<string>, sink: Sink): Promise<number> {
  let tried = 0
  for (const text of texts) {
    let failure = ''
    try {
      if ((await sink.roundTrip(text)) !== text) failure = 'came back as something else'
      else if ((await sink.unharmed?.()) === false) failure = 'changed something else'
    } catch (error) {
      failure = `made the sink throw (${error instanceof Error ? error.name : typeof error})`
    }
    if (failure !== '') throw new Error(`not inert: ${JSON.stringify(text)} ${failure}`)
    tried++
  }
  if (tried === 0) throw new Error('not inert: no text was tried')
  return tried
}
