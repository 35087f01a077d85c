export { finishStates, stateBytes } from "./tokenToImage";
export { foldedScratchBytes } from "./factored";
export { centreRows, normaliseRows } from "./layerNorm";
export { run, scratchBytes } from "./passes";
export { addProduct, packBlocks, packColumns, packRows } from "./gemm";
export { rasterBytes } from "./raster";
export { add, attendSelf, dotByHead, linear, linearByHead, scaleColumns, subtractLast, transpose } from "./tokens";
