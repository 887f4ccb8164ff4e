import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Issued {
  certificate: string;
  key: string;
}

/** Makes certificates with openssl, each with a new RSA key. */
export async function issue(
  name: string,
  { by, ca = false }: { by?: Issued; ca?: boolean } = {},
): Promise<Issued> {
  const folder = await mkdtemp(join(tmpdir(), "certificates-"));
  const at = (file: string): string => join(folder, file);
  const openssl = (...words: string[]) => run("openssl", words, { cwd: folder });
  const usage = ca ? "keyCertSign,cRLSign" : "digitalSignature";
  await writeFile(
    at("extensions"),
    `basicConstraints=critical,CA:${String(ca).toUpperCase()}\nkeyUsage=critical,${usage}\nsubjectKeyIdentifier=hash\n`,
  );
  await openssl(
    "req",
    "-new",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    "key",
    "-out",
    "request",
    "-subj",
    `/CN=${name}`,
  );
  let signer = ["-signkey", "key"];
  if (by !== undefined) {
    await writeFile(at("authority"), by.certificate);
    await writeFile(at("authority-key"), by.key);
    signer = ["-CA", "authority", "-CAkey", "authority-key", "-CAcreateserial"];
  }
  await openssl(
    "x509",
    "-req",
    "-in",
    "request",
    "-days",
    "30",
    "-sha256",
    "-extfile",
    "extensions",
    "-out",
    "made",
    ...signer,
  );
  const [certificate, key] = await Promise.all([readFile(at("made"), "utf8"), readFile(at("key"), "utf8")]);
  return { certificate, key };
}
