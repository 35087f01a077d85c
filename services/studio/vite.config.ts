import { defineConfig } from "vite";

// Threads in WebAssembly need a page that is isolated from other origins; the gateway sends the same headers.
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const server = "http://localhost:7081";

export default defineConfig({
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    // The second ends the window in which people sign in at a provider.
    rolldownOptions: { input: ["index.html", "signed-in.html"] },
  },
  resolve: { tsconfigPaths: true },
  worker: { format: "es" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: {
    headers: isolation,
    proxy: {
      "/v1": { target: server, ws: true },
      "/segmentation.v1": server,
    },
  },
  preview: { headers: isolation },
});
