export { RingfenceError } from './ringfence-error.ts'
export { ERROR_CODES, type RingfenceErrorCode } from './codes.ts'
