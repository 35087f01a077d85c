import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { CHROMIUM, inChromium } from "../../../benchmarks/inChromium.mjs";
import { FEW_PROMPTS } from "./prompts";

interface Outcome {
  readonly error?: string;
  readonly answers: readonly {
    readonly name: string;
    readonly lengths: readonly [actual: number, expected: number];
    readonly logits: number;
    readonly predictedIou: number;
  }[];
  readonly afterwards: string;
}

const isMissing = spawnSync(CHROMIUM, ["--version"]).error !== undefined;

describe("the decoder on a GPU", () => {
  // Chromium imitates one where there is none: slowly, and in the same arithmetic.
  it.skipIf(isMissing && !process.env.CI)("computes what the kernels on the processor do", { timeout: 300_000 }, async () => {
    const { error, answers, afterwards } = await inChromium(
      "packages/decoder/tests/page/", { flags: ["--enable-unsafe-webgpu"] }) as Outcome;

    expect(error).toBeUndefined();
    expect(answers.map(({ name }) => name)).toEqual(FEW_PROMPTS.map(([name]) => name));
    for (const { name, lengths: [actual, expected], logits, predictedIou } of answers) {
      expect(actual, name).toBe(expected);
      // Logits reach 30; a different order of additions shows in the sixth digit.
      expect(logits, name).toBeLessThan(5e-4);
      expect(predictedIou, name).toBeLessThan(1e-5);
    }
    expect(afterwards).toBe("rejected");
  });
});
