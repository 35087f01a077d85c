export { bindingsDigest } from "./gen/digest";
export { denseScratchBytes } from "./dense";
export { factoredScratchBytes } from "./factored";
export { gemm, packA, packATransposed, packB } from "./gemm";
export { centreRows, layerNormRows } from "./layerNorm";
export { mergeSoftmaxStates, softmaxStateBytes } from "./onlineSoftmax";
export { run } from "./passes";
export { rasterBytes } from "./raster";
export { add, linear, perHeadDot, perHeadLinear, scaleColumns, selfAttention, subtractLast, transpose } from "./tokens";
