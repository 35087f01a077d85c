import { numbersOf } from "../../shared/numbers";
import type { models as english } from "./en";

const { whole, decimal } = numbersOf("ru");

/** Texts of choosing and comparing models, in Russian. */
export const models: typeof english = {
  title: "Модели",
  model: "Модель",
  compareWith: "Сравнить с",
  nothing: "ни с чем",
  shown: "Маска на изображении",
  clickFirst: "Щёлкните по объекту: его маску вычислят обе модели.",
  asking: (model) => `Запрос к ${model}…`,
  scores: (iou, stability, area) =>
    `предсказанный IoU ${decimal(iou, 2)}, устойчивость ${decimal(stability, 2)}, пикселей: ${whole(area)}`,
  agreement: (iou) => `Маски перекрываются с IoU ${decimal(iou, 3)}.`,
  take: (model) => `Взять маску ${model}`,
  onServerOnly: (model) => `Маски ${model} декодирует сервер: декодер в браузере не может выполнить эту модель.`,
};
