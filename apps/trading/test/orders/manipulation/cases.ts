import type { Manipulation } from './case.ts'
import { RULE_CASES } from './rule-cases.ts'
import { SCHEMA_CASES } from './schema-cases.ts'

/** Every case there is. */
export const MANIPULATIONS: readonly Manipulation[] = [...SCHEMA_CASES, ...RULE_CASES]
