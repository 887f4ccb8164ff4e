import { doctor } from "./doctor/doctor.ts";
import { runHere } from "./run-command.ts";

await runHere(doctor);
