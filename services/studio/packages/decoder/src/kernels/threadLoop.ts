import type { Kernels } from "../gen/kernels";

/** A helper thread's start: the same module on the same memory. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  /** Shared with the first thread. */
  readonly memory: WebAssembly.Memory;
  /** 1 and up. */
  readonly thread: number;
}

/** Words of the memory by which threads synchronise, as indices of integers; each group has a cache line of its own. */
export const Control = {
  /** Rises with each pass. */
  epoch: 16,
  /** Address of the pass's structure, or 0 when there is none to join. */
  pass: 32,
  kind: 33,
  /** Helper threads that may be reading a pass. */
  active: 48,
} as const;

/**
 * Looks at a word before a thread sleeps: about half a millisecond, the time the first thread needs between two passes.
 * Waking a thread takes longer than most of these waits.
 */
const SPIN_ITERATIONS = 100_000;

/** Runs passes together with the first thread, for as long as the worker lives. */
export async function help({ module, memory, thread }: ThreadStart): Promise<never> {
  const kernels = await instantiate(module, memory);
  for (;;) {
    const control = new Int32Array(memory.buffer);
    const epoch = Atomics.load(control, Control.epoch);
    Atomics.add(control, Control.active, 1);
    const pass = Atomics.load(control, Control.pass);
    if (pass !== 0) {
      kernels.run(Atomics.load(control, Control.kind), pass, thread);
    }
    Atomics.sub(control, Control.active, 1);
    Atomics.notify(control, Control.active);
    awaitChange(control, Control.epoch, epoch);
  }
}

/** Returns when a word no longer holds a value, or earlier. */
export function awaitChange(control: Int32Array, word: number, value: number): void {
  for (let i = 0; i < SPIN_ITERATIONS; i++) {
    if (Atomics.load(control, word) !== value) {
      return;
    }
  }
  Atomics.wait(control, word, value);
}

/** Instantiates the kernels on a memory. */
export async function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as Kernels;
}
