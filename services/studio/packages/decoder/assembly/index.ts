export { finishStates, stateBytes } from "./attention";
export { normaliseRows } from "./norm";
export { run, scratchBytes } from "./passes";
export { addProduct, packBlocks, packColumns, packRows } from "./product";
export { rasterBytes } from "./raster";
export { add, attendSelf, dotByHead, linear, linearByHead, subtractLast, transpose } from "./tokens";
