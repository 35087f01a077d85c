export * from "./outlines";
export * from "./runLengths";
