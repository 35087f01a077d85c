import { CHANNEL, type SignInMessage } from "./access/SignInState";
import { problemInWords } from "./access/words";
import { applyLanguage, texts } from "./texts/texts";
import "./styles/signed-in.css";

// The end of a provider's window: it tells the pages of the studio how it went, and closes itself where it may.
applyLanguage();
const problem = /^#([A-Z_]+)$/.exec(location.hash)?.[1] ?? null;
const words = texts.peek().access;
document.querySelector("h1")!.textContent = problem ? words.notSignedIn : words.signedIn;
document.querySelector("p")!.textContent = problem ? problemInWords({ code: problem, words: "" }) : words.closeWindow;
const link = document.querySelector("a")!;
link.textContent = words.toStudio;
link.hidden = false;
const channel = new BroadcastChannel(CHANNEL);
channel.postMessage({ problem } satisfies SignInMessage);
channel.close();
if (!problem) {
  close();
}
