import { defaultServerConditions, type UserConfig } from 'vite'

// Tests run against src; RINGFENCE_BUILT=1 runs the same tests against dist.
const extra = process.env['RINGFENCE_BUILT'] ? [] : ['@ringfence/source']
const conditions = [...extra, ...defaultServerConditions]

export const shared: UserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['node', 'module-sync', ...extra] } },
}
