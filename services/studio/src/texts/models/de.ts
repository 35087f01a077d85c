import { numbersOf } from "../../shared/numbers";
import type { models as english } from "./en";

const { whole, decimal } = numbersOf("de");

/** Texts of choosing and comparing models, in German. */
export const models: typeof english = {
  title: "Modelle",
  model: "Modell",
  compareWith: "Vergleichen mit",
  nothing: "nichts",
  shown: "Maske auf dem Bild",
  clickFirst: "Klicken Sie auf ein Objekt: Beide Modelle werden nach seiner Maske gefragt.",
  asking: (model) => `${model} wird gefragt …`,
  scores: (iou, stability, area) =>
    `vorhergesagte IoU ${decimal(iou, 2)}, Stabilität ${decimal(stability, 2)}, ${whole(area)} Pixel`,
  agreement: (iou) => `Die Masken überdecken sich mit einer IoU von ${decimal(iou, 3)}.`,
  take: (model) => `Maske von ${model} übernehmen`,
  onServerOnly: (model) =>
    `Masken von ${model} werden auf dem Server dekodiert: Der Dekoder im Browser kann dieses Modell nicht ausführen.`,
};
