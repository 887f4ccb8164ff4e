import { token } from "./token/token.ts";
import { runHere } from "./run-command.ts";

await runHere(token);
