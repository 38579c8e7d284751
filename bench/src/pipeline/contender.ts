/** The servers that are compared: all run the same handlers on the same kind of database. */
export type ContenderName = 'ringfence' | 'rawHmac' | 'bare'

/** What a server process is told when it starts. */
export interface Setup {
  readonly contender: ContenderName
  readonly folder: string
  readonly trade: { readonly id: string; readonly secret: string }
  readonly read: { readonly id: string; readonly secret: string }
}

/** What a server process answers. */
export type Report =
  | { readonly type: 'listening'; readonly port: number }
  /** Microseconds of CPU, user and system, since the process started. */
  | { readonly type: 'cpu'; readonly micros: number }
