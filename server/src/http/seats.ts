import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { Socket } from "node:net";

const MOST_CONNECTIONS = 10_000;
/** Files that are kept for the database, for calls to others and for files. */
const OTHER_FILES = 200;

/** So many connections may be open at once: each is a file, and a process may open only so many. */
export async function mostConnections(): Promise<number> {
  const files = await mostFiles();
  return Math.min(MOST_CONNECTIONS, Math.max(files - OTHER_FILES, Math.floor(files / 2)));
}

/**
 * Who comes when every connection is taken finds room, for one that asks for nothing is closed. Node by itself would hang up
 * on him: whoever holds idle connections could keep everybody out, and the health check that judges the server.
 *
 * @returns what is to be called when a connection has asked for something
 */
export function keepRoom(server: Server, most: number): (socket: Socket) => void {
  server.maxConnections = most;
  let open = 0;
  /** Those that have not asked for anything yet, the oldest first. Whoever means to ask does so within a moment. */
  const silent = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open += 1;
    silent.add(socket);
    socket.once("close", () => {
      open -= 1;
      silent.delete(socket);
    });
    if (open >= most) makeRoom(socket);
  });
  const makeRoom = (newcomer: Socket): void => {
    const [oldest = newcomer] = silent;
    if (oldest !== newcomer) {
      silent.delete(oldest);
      oldest.destroy();
    }
    // Nobody else is silent: then those go that are kept alive in case they ask again.
    else server.closeIdleConnections();
  };
  return (socket) => void silent.delete(socket);
}

async function mostFiles(): Promise<number> {
  // Elsewhere than on Linux nobody says.
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const [, files] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return files === undefined ? Infinity : Number(files);
}
