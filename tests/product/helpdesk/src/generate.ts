import { generateClient } from "@gatehouse/server";
import { helpdesk } from "./helpdesk.js";

await generateClient({ router: helpdesk.router, folder: "src/client" });
