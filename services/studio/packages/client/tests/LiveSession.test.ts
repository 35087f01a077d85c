import { Code } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StreamMode } from "../src/gen/segmentation/v1/segmentation_service_pb";
import { LiveSession } from "../src/live/LiveSession";
import type { LiveSessionOptions, LiveState } from "../src/live/LiveSessionOptions";
import { SupersededError } from "../src/errors/SegmentationError";
import { FakeSocket } from "./FakeSocket";

const PROMPT = { points: [{ x: 1, y: 2 }] };
const LONGEST_WAIT = 5000;

function session(options: LiveSessionOptions = {}): LiveSession {
  return new LiveSession("ws://server/v1/session", {
    connect: (url) => new FakeSocket(url) as unknown as WebSocket,
    ...options,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a live session", () => {
  it("opens the image, then asks", async () => {
    const live = session();
    live.open("a");
    const answer = live.segment(PROMPT);
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "answer", value: { sequence: 1n } });

    expect((await answer).sequence).toBe(1n);
    expect(FakeSocket.newest.sent.map(({ request }) => request.case)).toEqual(["open", "prompt"]);
  });

  it("asks nothing twice when the same image is opened again", () => {
    const live = session();
    live.open("a");
    void live.segment(PROMPT);
    FakeSocket.newest.accept();
    live.open("a");
    FakeSocket.newest.say({ case: "opened", value: { image: { id: "a" } } });
    FakeSocket.newest.say({ case: "opened", value: { image: { id: "a" } } });
    live.open("a");

    expect(FakeSocket.newest.prompts).toEqual([1]);
  });

  it("opens the image anew for another model, and drops what the first one was asked", async () => {
    const live = session();
    live.open("a", "small");
    FakeSocket.newest.ready();
    const dropped = live.segment(PROMPT);
    live.open("a", "large");
    const answer = live.segment(PROMPT);
    FakeSocket.newest.say({ case: "opened", value: { image: { id: "a" } } });
    FakeSocket.newest.say({ case: "answer", value: { sequence: 2n } });

    await expect(dropped).rejects.toBeInstanceOf(SupersededError);
    expect((await answer).sequence).toBe(2n);
    expect(FakeSocket.newest.sent.flatMap(({ request }) => request.case === "open" ? [request.value.model] : []))
      .toEqual(["small", "large"]);
  });

  it("asks again what a lost connection did not answer", async () => {
    const states: LiveState[] = [];
    const live = session({ onState: (state) => states.push(state) });
    live.open("a");
    FakeSocket.newest.ready();
    const first = live.segment(PROMPT);
    const second = live.segment(PROMPT);
    FakeSocket.newest.say({ case: "answer", value: { sequence: 1n } });
    await first;
    FakeSocket.newest.drop();
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT);
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "answer", value: { sequence: 2n } });

    expect((await second).sequence).toBe(2n);
    expect(FakeSocket.all.length).toBe(2);
    expect(FakeSocket.newest.prompts).toEqual([2]);
    expect(states).toEqual(["connecting", "open", "waiting", "connecting", "open"]);
  });

  it("uploads an image again that the server lost, once, and repeats the prompt", async () => {
    const restore = vi.fn(() => Promise.resolve());
    const live = session({ restore });
    live.open("a");
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    FakeSocket.newest.say({ case: "error", value: { sequence: 1n, status: { code: Code.NotFound, message: "gone" } } });
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT);
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "answer", value: { sequence: 1n } });

    expect((await answer).sequence).toBe(1n);
    expect(restore).toHaveBeenCalledTimes(1);
  });

  it("uploads no image for a mask that is not held any more, and says the server's reason", async () => {
    const restore = vi.fn(() => Promise.resolve());
    const live = session({ restore });
    live.open("a");
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    // reason = "MASK_NOT_FOUND", domain = "segmentation".
    const value = Uint8Array.from("\n\x0eMASK_NOT_FOUND\x12\x0csegmentation", (letter) => letter.charCodeAt(0));
    FakeSocket.newest.say({
      case: "error",
      value: {
        sequence: 1n,
        status: {
          code: Code.NotFound, message: "gone", details: [{ typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value }],
        },
      },
    });

    await expect(answer).rejects.toMatchObject({ code: Code.NotFound, reason: "MASK_NOT_FOUND" });
    expect(restore).not.toHaveBeenCalled();
  });

  it("rejects what the server refuses, in its words", async () => {
    const live = session();
    live.open("a");
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    FakeSocket.newest.say({
      case: "error", value: { sequence: 1n, status: { code: Code.InvalidArgument, message: "outside of the image" } },
    });

    await expect(answer).rejects.toMatchObject({ code: Code.InvalidArgument, message: "outside of the image" });
  });

  it("waits for a sign-in when the server no longer knows the caller, and loses nothing", async () => {
    let signedIn = () => undefined as void;
    const signIn = vi.fn(() => new Promise<void>((resolve) => {
      signedIn = resolve;
    }));
    const live = session({ signIn });
    live.open("a");
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    FakeSocket.newest.drop(4000 + Code.Unauthenticated, "The session ended.");
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT);
    expect(FakeSocket.all.length).toBe(1);
    signedIn();
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "answer", value: { sequence: 1n } });

    expect((await answer).sequence).toBe(1n);
    expect(signIn).toHaveBeenCalledTimes(1);
    expect(FakeSocket.newest.prompts).toEqual([1]);
  });

  it("rejects its prompts when nobody signs in", async () => {
    const live = session({ signIn: () => Promise.reject(new Error("no")) });
    live.open("a");
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    FakeSocket.newest.drop(4000 + Code.Unauthenticated, "The session ended.");

    await expect(answer).rejects.toThrow("no");
  });

  it("repeats what is unanswered on another connection when it is told to", async () => {
    const live = session();
    live.reconnect();
    expect(FakeSocket.all.length).toBe(0);
    live.open("a");
    FakeSocket.newest.ready();
    const first = FakeSocket.newest;
    const answer = live.segment(PROMPT);
    live.reconnect();
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "answer", value: { sequence: 1n } });

    expect((await answer).sequence).toBe(1n);
    expect(first.readyState).toBe(3);
    expect(FakeSocket.all.length).toBe(2);
  });

  it("rejects what was overtaken", async () => {
    const live = session({ mode: StreamMode.LATEST });
    live.open("a");
    FakeSocket.newest.ready();
    const overtaken = live.segment(PROMPT);
    const newest = live.segment(PROMPT);
    FakeSocket.newest.say({ case: "answer", value: { sequence: 2n, superseded: [1n] } });

    await expect(overtaken).rejects.toBeInstanceOf(SupersededError);
    expect((await newest).sequence).toBe(2n);
  });

  it("keeps only the newest movement while it is not connected", async () => {
    const live = session({ mode: StreamMode.LATEST });
    live.open("a");
    const overtaken = live.segment(PROMPT);
    void live.segment(PROMPT);
    FakeSocket.newest.ready();

    await expect(overtaken).rejects.toBeInstanceOf(SupersededError);
    expect(FakeSocket.newest.prompts).toEqual([2]);
  });

  it("takes a connection that is silent for dead", async () => {
    const live = session();
    live.open("a");
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    await vi.advanceTimersByTimeAsync(30_000);
    FakeSocket.newest.ready();
    FakeSocket.newest.say({ case: "answer", value: { sequence: 1n } });

    expect((await answer).sequence).toBe(1n);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it("says why the server ended it, and does not repeat what is refused for good", async () => {
    const live = session();
    live.open("a");
    FakeSocket.newest.ready();
    const answer = live.segment(PROMPT);
    FakeSocket.newest.drop(4000 + Code.InvalidArgument, "no such message");

    await expect(answer).rejects.toMatchObject({ code: Code.InvalidArgument, message: "no such message" });
  });
});
