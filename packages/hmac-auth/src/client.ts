export { contentDigest, type DigestAlgorithm } from './digest/content-digest.ts'
export { signRequest, type SignRequestOptions } from './client/sign-request.ts'
export {
  signedFetch,
  type SignedFetch,
  type SignedFetchOptions,
  type SignedRequestInit,
} from './client/signed-fetch.ts'
