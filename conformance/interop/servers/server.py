"""Answers an upload with what Flask's request says, on a free port that it prints."""

import hashlib

from flask import Flask, jsonify, request
from werkzeug.serving import make_server

app = Flask(__name__)


@app.post("/upload")
def upload():
    file = request.files["file"]
    content = file.read()
    return jsonify(
        name=file.filename,
        type=file.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        fields=request.form.to_dict(),
    )


server = make_server("127.0.0.1", 0, app)
print(server.port, flush=True)
server.serve_forever()
