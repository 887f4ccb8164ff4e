import { createServer } from "node:http";

/** The floor: what Node's own HTTP server can do with an answer that is ready. */
const ANSWER = JSON.stringify({ result: { data: { text: "hello" } } });
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(ANSWER) };

createServer((_, response) => {
  response.writeHead(200, headers);
  response.end(ANSWER);
}).listen(Number(process.env["PORT"]), "127.0.0.1");
