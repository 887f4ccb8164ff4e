import { createGatehouse } from "./create-gatehouse.ts";

/** The server as it stands, without a product on top: what `npm start` runs, and what the commands in this repository are about. */
export const gatehouse = createGatehouse();
