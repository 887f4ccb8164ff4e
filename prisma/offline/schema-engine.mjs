#!/usr/bin/env node
// Prisma starts its engine as a program of its own; this is that program where the native one is missing.
import { register } from "tsx/esm/api";

register();
await import("./engine-process.ts");
