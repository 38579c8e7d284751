import { verifies, violates } from '@ringfence/policy'
import { expect } from 'vitest'
import { judgeAudit, type AuditReport, type AuditVerdict } from '../../audit/judge-audit.ts'

const TODAY = '2026-11-22'
const ID = 'GHSA-aaaa-bbbb-cccc'
const found: AuditReport = {
  advisories: { 1: { module_name: 'fastify', severity: 'high', title: 'a title', github_advisory_id: ID } },
}
const verdict: AuditVerdict = { verdict: 'not-affected', why: 'we do not use that route', until: TODAY }

verifies('TR-23/verdicts', 'a finding with a verdict that still holds passes, and so does no finding', () => {
  expect(judgeAudit(found, { [ID]: verdict }, TODAY)).toEqual([])
  expect(judgeAudit({ advisories: {} }, {}, TODAY)).toEqual([])
})

violates('TR-23/verdicts', 'a finding without a verdict, with an empty one or with one that expired is caught', () => {
  expect(judgeAudit(found, {}, TODAY)).toEqual([`${ID} (high) in fastify: a title; patched in no version yet`])
  expect(judgeAudit(found, { [ID]: { ...verdict, why: ' ' } }, TODAY)).toEqual([`${ID}: the verdict gives no reason`])
  expect(judgeAudit(found, { [ID]: verdict }, '2026-11-23')).toEqual([expect.stringContaining('look again')])
})

violates('TR-23/verdicts', 'a verdict whose finding is gone is caught', () => {
  expect(judgeAudit({ advisories: {} }, { [ID]: verdict }, TODAY)).toEqual([expect.stringContaining('found no more')])
})
