"""Signs a request and sends it: python3 sign.py METHOD URL [JSON]. Standard library only (Python 3.9)."""
import base64, hashlib, hmac, os, secrets, sys, time, urllib.error, urllib.request
from urllib.parse import urlsplit

method, url, body = sys.argv[1], sys.argv[2], "".join(sys.argv[3:]).encode()
key_id, secret = os.environ["RINGFENCE_KEY_ID"], os.environ["RINGFENCE_KEY_SECRET"]
tag, session = os.environ.get("RINGFENCE_TAG", "ringfence-trading"), os.environ.get("RINGFENCE_SESSION_ID")

headers = {"x-session-id": session} if session else {}
if body:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers |= {"content-type": "application/json", "content-digest": f"sha-256=:{digest}:"}
target = urlsplit(url)
authority = target.netloc.lower().removesuffix(":443" if target.scheme == "https" else ":80")
covered = {"@method": method, "@authority": authority, "@path": target.path or "/", "@query": "?" + target.query, **headers}
names = " ".join(f'"{name}"' for name in covered)
parameters = f'({names});created={int(time.time())};nonce="{secrets.token_urlsafe(16)}";keyid="{key_id}";tag="{tag}"'
base = "".join(f'"{name}": {value}\n' for name, value in covered.items()) + f'"@signature-params": {parameters}'
mac = base64.b64encode(hmac.digest(secret.encode(), base.encode(), "sha256")).decode()
headers |= {"signature-input": f"sig={parameters}", "signature": f"sig=:{mac}:"}
try:
    answer = urllib.request.urlopen(urllib.request.Request(url, body or None, headers, method=method))
except urllib.error.HTTPError as error:
    answer = error
print(answer.status, answer.read().decode())
