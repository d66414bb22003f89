const { createServer } = require('node:http');

const { PORT = '8080' } = process.env;

createServer((_, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`Hello from Node.js ${process.version}\n`);
}).listen(PORT, () => console.log(`listening on port ${PORT}`));
