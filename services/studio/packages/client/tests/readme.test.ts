import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("the README's blocks are the example that is run", () => {
  const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
  const blocks = read("README.md").split("```ts\n").slice(1).map((block) => block.split("```")[0]);

  expect(blocks.join("\n")).toBe(read("examples/readme.ts"));
});
