// Commits rows one by one and prints each id once it is committed, until somebody kills the process.
import { writeSync } from 'node:fs'
import { openEncrypted } from '@ringfence/encrypted-sqlite'

const db = openEncrypted(process.argv[2]!, process.argv[3]!)
db.exec('create table rows (id integer primary key, body text)')
const insert = db.prepare('insert into rows values (?, ?)')
for (let id = 1; ; id++) {
  insert.run(id, 'x'.repeat(500))
  writeSync(1, `${id}\n`)
}
