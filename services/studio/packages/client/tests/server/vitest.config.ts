import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Tests against a server, which tests/Browser starts: they are no part of `npm test`. */
export default defineConfig({
  test: { root: fileURLToPath(new URL(".", import.meta.url)), include: ["*.server.ts"], testTimeout: 60_000 },
});
