export { finishStates, stateBytes } from "./attention";
export { centreRows, normaliseRows } from "./norm";
export { foldedScratchBytes, run, scratchBytes } from "./passes";
export { addProduct, packBlocks, packColumns, packRows } from "./product";
export { rasterBytes } from "./raster";
export { add, attendSelf, dotByHead, linear, linearByHead, scaleColumns, subtractLast, transpose } from "./tokens";
