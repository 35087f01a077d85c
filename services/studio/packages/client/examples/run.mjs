// Runs an example as a stranger's project would: the client packed and installed into a folder of its own, the example
// compiled against its types and run by Node: node packages/client/examples/run.mjs segment SERVER PICTURE
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [name, ...rest] = process.argv.slice(2);
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const client = at("..");
const modules = at("../../../node_modules/");
const { version, dependencies } = JSON.parse(readFileSync(join(client, "package.json"), "utf8"));
const project = mkdtempSync(join(tmpdir(), "segmentation-client-"));

/** What a tool prints is no part of the example's output. */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (error || status !== 0) {
    throw error ?? new Error(`${program} ${args.join(" ")} ended with ${status}.`);
  }
}

function write(file, content) {
  writeFileSync(join(project, file), JSON.stringify(content));
}

try {
  write("package.json", { name: "stranger", private: true, type: "module" });
  write("tsconfig.json", {
    compilerOptions: { target: "es2022", module: "nodenext", strict: true, types: ["node"] },
    files: [`${name}.ts`],
  });
  copyFileSync(at(`${name}.ts`), join(project, `${name}.ts`));
  run("npm", ["pack", client, "--loglevel=error", "--pack-destination", project]);
  // What it depends on is copied from here: no registry is asked.
  const packages = [...Object.keys(dependencies), "@types/node", "undici-types"].map((folder) => modules + folder);
  run("npm", [
    "install", "--prefix", project, "--offline", "--install-links", "--loglevel=error", "--no-audit", "--no-fund",
    join(project, `segmentation-client-${version}.tgz`), ...packages,
  ]);
  run(`${modules}.bin/tsc`, ["--project", project]);
  const example = spawnSync(process.execPath, [join(project, `${name}.js`), ...rest], { stdio: "inherit" });
  process.exitCode = example.status ?? 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}
