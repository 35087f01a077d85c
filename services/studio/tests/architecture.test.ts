import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Folders of each package from the bottom to the top: a module may import from its own folder and from those before it. "."
 * is the package's root. Generated sources import nothing of ours, so every folder may use them.
 */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  "src": [
    "shared", "texts/access", "texts/help", "texts/models", "texts/projects/measuring", "texts", "texts/desk",
    "texts/projects", "widgets", "access",
    "annotation", "segmenting", "segmenting/server", "segmenting/browser",
    "segmenting/routing", "drawing", "canvas", "picture", "models", "everything", "keeping", "exports", "routing", "app",
    "desk/journal", "desk", "projects", "transfers", "gallery", "runs", "review", "figures", ".",
  ],
  "packages/decoder/src": [
    "model", "kernels", "tokens", "attention", "image", "factored", "upscaling", "masks", "transformer", "gpu", ".",
  ],
  "packages/decoder/assembly": ["."],
  "packages/client/src": ["credentials", "errors", "http", "masks", "live", "projects", "."],
};

describe.each(Object.entries(FOLDERS))("modules of %s", (root, order) => {
  const imports = importsOf(root);

  it("lie in folders that have a place in the order", () => {
    const folders = new Set([...imports.keys()].map((module) => folderOf(root, module)));

    expect([...folders].filter((folder) => !order.includes(folder))).toEqual([]);
    expect(order.filter((folder) => !folders.has(folder))).toEqual([]);
  });

  it("import from their own folder and from lower ones", () => {
    const upward = [...imports].flatMap(([module, imported]) => imported
      .filter((other) => order.indexOf(folderOf(root, other)) > order.indexOf(folderOf(root, module)))
      .map((other) => `${module} -> ${other}`));

    expect(upward).toEqual([]);
  });

  it("form no circle", () => {
    expect(circleIn(imports)).toBeUndefined();
  });
});

describe("the check for circles", () => {
  it("finds one through several modules, and none where there is none", () => {
    const line = new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]]);

    expect(circleIn(line)).toBeUndefined();
    expect(circleIn(new Map([...line, ["c", ["a"]]]))).toBe("a -> b -> c -> a");
  });
});

/** Modules of a folder and those of the same folder that each imports, types included. */
function importsOf(root: string): Map<string, string[]> {
  const modules = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => join(root, file).replaceAll("\\", "/"))
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts") && !file.includes("/gen/"));
  return new Map(modules.map((module) => {
    const imported = Array.from(
      readFileSync(module, "utf8").matchAll(/(?:from |import |import\(|new URL\()"(\.[^"?]+)"/g), ([, path]) =>
        resolve(join(dirname(module), path.replace(/\.js$/, ""))));
    return [module, imported.filter((other) => other !== undefined && other.startsWith(`${root}/`)) as string[]];
  }));
}

/** The module of a path without its ending; undefined for styles, generated sources and the like. */
function resolve(path: string): string | undefined {
  const base = normalize(path).replaceAll("\\", "/");
  const found = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`]
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  return found && /\.tsx?$/.test(found) && !found.includes("/gen/") ? found : undefined;
}

function folderOf(root: string, module: string): string {
  return dirname(module).slice(root.length + 1) || ".";
}

/** A circle of modules in words, or undefined. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (module: string): string | undefined => {
    if (path.includes(module)) {
      return [...path.slice(path.indexOf(module)), module].join(" -> ");
    }
    if (done.has(module)) {
      return undefined;
    }
    path.push(module);
    for (const other of imports.get(module) ?? []) {
      const circle = visit(other);
      if (circle) {
        return circle;
      }
    }
    path.pop();
    done.add(module);
    return undefined;
  };
  for (const module of imports.keys()) {
    const circle = visit(module);
    if (circle) {
      return circle;
    }
  }
  return undefined;
}
