import { numbersOf } from "../../shared/numbers";
import type { models as english } from "./en";

const { whole, decimal } = numbersOf("zh-Hans");

/** Texts of choosing and comparing models, in Chinese. */
export const models: typeof english = {
  title: "模型",
  model: "模型",
  compareWith: "比较对象",
  nothing: "无",
  shown: "图片上显示的掩码",
  clickFirst: "点击一个物体：两个模型都会给出它的掩码。",
  asking: (model) => `正在请求 ${model}…`,
  scores: (iou, stability, area) =>
    `预测 IoU ${decimal(iou, 2)}，稳定性 ${decimal(stability, 2)}，${whole(area)} 像素`,
  agreement: (iou) => `两个掩码的 IoU 为 ${decimal(iou, 3)}。`,
  take: (model) => `采用 ${model} 的掩码`,
  onServerOnly: (model) => `${model} 的掩码在服务器上解码：浏览器中的解码器无法运行此模型。`,
};
