import { BINDINGS_DIGEST, type Kernels } from "../gen/kernels";

/**
 * Checks that a module was compiled from the same structures and functions as this code (bindings.mjs).
 * @throws Error when it was not: its kernels would read fields at wrong places.
 */
export function checkBindings({ bindingsDigest }: Kernels): void {
  if ((bindingsDigest as WebAssembly.Global | undefined)?.value !== BINDINGS_DIGEST) {
    throw new Error(
      "The decoder's WebAssembly is of another version than this page. Build both: npm run build --workspaces.");
  }
}
