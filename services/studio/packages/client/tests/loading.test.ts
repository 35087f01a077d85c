import { describe, expect, it, vi } from "vitest";
import { connect } from "../src/grpcWeb";
import { ModuleLoadError, SegmentationClient } from "../src";

describe("a client whose part for gRPC-Web is not there", () => {
  it("says so, and loads it with the next call", async () => {
    const load = vi.fn(() => Promise.resolve({ connect }));
    load.mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"));
    const client = new SegmentationClient("http://127.0.0.1:1", { loadGrpcWeb: load });

    await expect(client.segment({})).rejects.toBeInstanceOf(ModuleLoadError);
    await expect(client.segment({})).rejects.not.toBeInstanceOf(ModuleLoadError);
    await expect(client.segment({})).rejects.not.toBeInstanceOf(ModuleLoadError);
    expect(load).toHaveBeenCalledTimes(2);
  });
});
