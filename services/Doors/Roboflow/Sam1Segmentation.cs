using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Prompts;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Roboflow;

/// <summary>Answers <c>/sam/segment_image</c>: the best mask of one prompt, at the picture's size and of 256 x 256.</summary>
internal sealed class Sam1Segmentation(
    RoboflowOptions options, RoboflowImages images, RoboflowCache cache, TimeProvider clock)
{
    /// <summary>Answers a request.</summary>
    public async Task<IResult> AnswerAsync(DoorCall call)
    {
        var started = clock.GetTimestamp();
        using var document = await call.ReadJsonAsync();
        var body = document.RootElement;
        var format = RoboflowBody.Format(body, "json", "binary");
        if (body.Find("embeddings") is not null)
        {
            throw DoorProblem.Invalid(
                "embeddings",
                "Embeddings cannot be sent here. The server keeps those that it made: send image_id, or the image, whose "
                    + "embedding is found by its bytes.");
        }

        var request = new SegmentRequest
        {
            Model = RoboflowBody.Model(body, "sam_version_id", options),
            Output = new OutputOptions { Refinable = false, Formats = { MaskFormat.Rle, MaskFormat.Logits } },
        };
        await images.SetAsync(request, call, body);
        var prompt = Sam1Prompt.Read(body);
        var id = RoboflowBody.ImageId(body);
        if (body.Flag("has_mask_input", fallback: false))
        {
            prompt.Mask = new MaskInput { Logits = MaskOf(body, call.Model.Tenant, request.Model, id) };
        }
        else if (prompt.Points.Count == 0 && prompt.Box is null)
        {
            throw DoorProblem.Invalid("point_coords", "Empty: at least one point, or a mask_input with has_mask_input, is needed.");
        }

        request.Prompts.Add(prompt);
        var response = await call.Model.SegmentAsync(request, call.Aborted);
        images.Remember(call, body, response.Image.Id);
        var best = Sam2Segmentation.Best(response.Results[0].Masks[0]);
        if (id.Length > 0)
        {
            cache.KeepLogits(call.Model.Tenant, request.Model, id, prompt: null, best.Logits.ToArray());
        }

        return format == "binary" ? new RoboflowArchive([best]) : new Sam1Masks(best, Elapsed);

        TimeSpan Elapsed() => clock.GetElapsedTime(started);
    }

    /// <summary>The mask that the prompt goes on from: of the id's last answer, or sent along.</summary>
    private ByteString MaskOf(JsonElement body, string tenant, string model, string id)
    {
        var usesCache = body.Flag("use_mask_input_cache", fallback: true) && id.Length > 0;
        if (usesCache && cache.FindLogits(tenant, model, id) is { } kept)
        {
            return UnsafeByteOperations.UnsafeWrap(kept);
        }

        if (body.Find("mask_input") is not { } mask)
        {
            throw DoorProblem.Invalid(
                "mask_input",
                "Missing: has_mask_input needs one, or an image_id of which this server keeps the last mask.");
        }

        var values = Sam1MaskInput.Read(mask, body.Text("mask_input_format", "json"));
        return UnsafeByteOperations.UnsafeWrap(MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }
}
