// WebGPU names that TypeScript's DOM library lacks.

declare const GPUBufferUsage: Readonly<Record<"COPY_DST" | "COPY_SRC" | "MAP_READ" | "STORAGE" | "UNIFORM", number>>;
declare const GPUMapMode: Readonly<Record<"READ", number>>;
declare const GPUShaderStage: Readonly<Record<"COMPUTE", number>>;
