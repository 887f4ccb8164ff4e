import { keys } from "./keys/keys.ts";
import { runHere } from "./run-command.ts";

await runHere(keys);
