import { helpdesk } from "./helpdesk.js";

const { url } = await helpdesk.listen();
console.log(`The help desk is open at ${url}.`);
process.once("SIGTERM", () => void helpdesk.close());
