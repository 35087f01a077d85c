/** A field of a structure, in the order of memory. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
}

/** The kernels' side of what crosses into WebAssembly. */
export interface Bindings {
  readonly structures: readonly { readonly name: string; readonly doc: string; readonly fields: readonly Field[] }[];
  readonly kinds: readonly string[];
  readonly functions: readonly {
    readonly name: string; readonly result: string; readonly parameters: readonly object[];
  }[];
  readonly constants: readonly (readonly [name: string, value: number])[];
}

/** The shaders' uniforms and buffers. */
export interface Shaders {
  readonly kernels: readonly {
    readonly name: string; readonly shape: readonly Field[]; readonly buffers: readonly string[]; readonly code: string;
  }[];
  readonly common: string;
  readonly frame: readonly Field[];
  readonly constants: readonly (readonly [name: string, value: number])[];
}

export declare function readAssembly(sources: Readonly<Record<string, string>>): Bindings;
export declare function digestOf(bindings: Bindings): number;
export declare function writeKernels(bindings: Bindings): string;
export declare function readShaders(sources: Readonly<Record<string, string>>): Shaders;
export declare function writeShaders(shaders: Shaders): string;
