using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Prompts;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Roboflow;

/// <summary>Answers <c>/sam2/segment_image</c>: for each prompt the mask that the model is surest of.</summary>
internal sealed class Sam2Segmentation(
    RoboflowOptions options, RoboflowImages images, RoboflowCache cache, TimeProvider clock)
{
    private const uint Three = 3;

    /// <summary>Answers a request.</summary>
    public async Task<IResult> AnswerAsync(DoorCall call)
    {
        var started = clock.GetTimestamp();
        using var document = await call.ReadJsonAsync();
        var body = document.RootElement;
        var format = RoboflowBody.Format(body, "json", "rle", "binary");
        var prompts = Sam2Prompts.Read(body);
        var saves = body.Flag("save_logits_to_cache", fallback: false);
        var request = new SegmentRequest { Model = RoboflowBody.Model(body, "sam2_version_id", options) };
        var image = await images.SetAsync(request, call, body);
        request.Prompts.AddRange(prompts.Select(prompt => prompt.Clone()));
        if (body.Flag("load_logits_from_cache", fallback: false))
        {
            Refine(request.Prompts, call.Model.Tenant, request.Model, image);
        }

        request.Output = new OutputOptions { Refinable = false, Formats = { MaskFormat.Rle } };
        request.Output.MaskCount = await CountAsync(call, request.Model, body.Flag("multimask_output", fallback: true));
        if (saves || format == "binary")
        {
            request.Output.Formats.Add(MaskFormat.Logits);
        }

        var response = await call.Model.SegmentAsync(request, call.Aborted);
        images.Remember(call, body, response.Image.Id);
        RoboflowMask[] masks = [.. response.Results.Select(result => Best(result.Masks[0]))];
        for (var i = 0; saves && i < masks.Length; i++)
        {
            cache.KeepLogits(call.Model.Tenant, request.Model, image, prompts[i], masks[i].Logits.ToArray());
        }

        return format == "binary" ? new RoboflowArchive(masks) : new Sam2Predictions(masks, format == "rle", Elapsed);

        TimeSpan Elapsed() => clock.GetElapsedTime(started);
    }

    /// <summary>The mask of an answer, with its logits where the answer has them.</summary>
    internal static RoboflowMask Best(Mask mask) => new(Clicks.Runs(mask), mask.PredictedIou, mask.Logits.Memory);

    /// <summary>Gives each prompt the logits of the earlier one that it goes on from. Where none is kept, it has none.</summary>
    private void Refine(IEnumerable<Prompt> prompts, string tenant, string model, string image)
    {
        foreach (var prompt in prompts)
        {
            if (cache.FindEarlier(tenant, model, image, prompt) is { } logits)
            {
                prompt.Mask = new MaskInput { Logits = UnsafeByteOperations.UnsafeWrap(logits) };
            }
        }
    }

    /// <summary>Three masks to choose from, or one; what the model has, where it has one of both only.</summary>
    private static async Task<MaskCount> CountAsync(DoorCall call, string name, bool isMulti)
    {
        var models = (await call.Model.ListModelsAsync(call.Aborted)).Models;
        var model = models.FirstOrDefault(one =>
            name.Length == 0 || one.Id == name || one.RollOuts.Any(rollOut => rollOut.Name == name));
        var wanted = isMulti ? Three : 1u;
        var counts = model?.Prompts.MaskCounts;
        var isThree = counts is null or { Count: 0 } || counts.Contains(wanted) ? isMulti : !isMulti;
        return isThree ? MaskCount.Three : MaskCount.One;
    }
}
