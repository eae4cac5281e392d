"""python3 client.py URL FILE FIELDS: uploads with urllib and a body written by hand; prints the answer.

FIELDS is a JSON object. The file name goes as RFC 8187 has it (filename*), beside a plain one for old servers.
"""

import json
import sys
import urllib.parse
import urllib.request
from pathlib import Path

url, path, fields = sys.argv[1:]
file = Path(path)
boundary = "a boundary: 'with spaces'"
body = b"a preamble\r\n"
for name, value in json.loads(fields).items():
    escaped = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="{escaped}"\r\n\r\n{value}\r\n'.encode()
body += (
    f"--{boundary}\r\n"
    'content-disposition: form-data; name=file; filename="plain"; '
    f"filename*=UTF-8''{urllib.parse.quote(file.name, safe='')}\r\n"
    f"Content-Length: {file.stat().st_size}\r\n\r\n"
).encode()
body += file.read_bytes() + f"\r\n--{boundary}--\r\nan epilogue".encode()

request = urllib.request.Request(
    url, body, {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}
)
with urllib.request.urlopen(request) as response:
    sys.stdout.buffer.write(response.read())
