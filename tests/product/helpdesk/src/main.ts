import { helpdesk } from "./helpdesk.js";

process.once("SIGTERM", () => void helpdesk.close());
const { url } = await helpdesk.listen();
console.log(`The help desk is open at ${url}.`);
