import os
import platform
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        text = f'Hello from Python {platform.python_version()}\n'.encode()
        self.send_response(200)
        self.send_header('content-type', 'text/plain; charset=utf-8')
        self.send_header('content-length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)


port = int(os.environ.get('PORT', '8080'))
print(f'listening on port {port}')
ThreadingHTTPServer(('', port), Hello).serve_forever()
