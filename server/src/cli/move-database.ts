import { moveDatabase } from "./move-database/move-database.ts";
import { runHere } from "./run-command.ts";

await runHere(moveDatabase);
