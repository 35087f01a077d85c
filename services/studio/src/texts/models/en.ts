import { numbersOf } from "../../shared/numbers";

const { whole, decimal } = numbersOf("en");

/** Texts of choosing and comparing models, in English: the type of all languages. */
export const models = {
  title: "Models",
  model: "Model",
  compareWith: "Compare with",
  nothing: "nothing",
  shown: "Mask on the picture",
  clickFirst: "Click on an object: both models are asked for its mask.",
  asking: (model: string) => `Asking ${model}…`,
  scores: (iou: number, stability: number, area: number) =>
    `predicted IoU ${decimal(iou, 2)}, stability ${decimal(stability, 2)}, ${whole(area)} pixels`,
  agreement: (iou: number) => `The masks overlap with an IoU of ${decimal(iou, 3)}.`,
  take: (model: string) => `Take the mask of ${model}`,
  onServerOnly: (model: string) =>
    `Masks of ${model} are decoded on the server: the browser's decoder cannot run this model.`,
};
