using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Geography;
using Segmentation.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Samgeo;

/// <summary>samgeo-api, the server of segment-geospatial, below <c>/doors/samgeo</c>.</summary>
internal sealed class SamgeoDoor(IOptions<SamgeoOptions> options) : IDoor
{
    private const int DefaultPointsPerSide = 32;
    private const double DefaultIou = 0.8;
    private const double DefaultStability = 0.95;

    /// <inheritdoc/>
    public string Name => "samgeo";

    /// <inheritdoc/>
    public DoorCredentials Credentials { get; } = new(Basic: true);

    /// <inheritdoc/>
    public IReadOnlyList<DoorRoute> Routes =>
    [
        new("GET", "/health", Scope.None, _ => Task.FromResult(Health())),
        new("GET", "/models", Scope.None, async call => Results.Json(SamgeoModels.Catalogue(await ModelsAsync(call)))),
        new("DELETE", "/models", Scope.None, async call => Results.Json(SamgeoModels.Kept(await ModelsAsync(call)))),
        new("POST", "/segment/automatic", Scope.Everything, EverythingAsync),
        new("POST", "/segment/predict", Scope.Segment, PredictAsync),
        new("POST", "/segment/text", Scope.Segment, _ => throw DoorProblem.Invalid(
            "prompt", "These models take no text: mark the objects with points or boxes (/segment/predict).")),
    ];

    /// <inheritdoc/>
    public IResult Refuse(RpcStatus problem, int httpStatus)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Results.Json(new { detail = problem.Message }, statusCode: httpStatus);
    }

    private IResult Health() => Results.Json(new { status = "ok", version = options.Value.Version });

    private static async Task<IReadOnlyCollection<Model>> ModelsAsync(DoorCall call) =>
        (await call.Model.ListModelsAsync(call.Aborted)).Models;

    private async Task<IResult> PredictAsync(DoorCall call)
    {
        var form = await SamgeoForm.ReadAsync(call);
        var format = SamgeoAnswers.FormatOf(form);
        var choice = LabelChoice.Read(form);
        var georeference = GeoreferenceOf(form.File);
        var request = new SegmentRequest
        {
            Model = SamgeoModels.Of(form, options.Value),
            Prompts = { SamgeoPrompts.Read(form, georeference) },
            Output = new OutputOptions
            {
                Refinable = false,
                MaskCount = form.Flag("multimask_output", false) ? MaskCount.Three : MaskCount.One,
            },
            ImageData = UnsafeByteOperations.UnsafeWrap(form.File),
        };
        var answer = await call.Model.SegmentAsync(request, call.Aborted);
        return new SamgeoAnswers(call, FoundLabels.OfPrompts(answer, choice, call.Aborted), georeference).Write(format);
    }

    private async Task<IResult> EverythingAsync(DoorCall call)
    {
        var form = await SamgeoForm.ReadAsync(call);
        var format = SamgeoAnswers.FormatOf(form);
        var choice = LabelChoice.Read(form);
        var georeference = GeoreferenceOf(form.File);
        var points = form.Whole("points_per_side") ?? DefaultPointsPerSide;
        var request = new SegmentEverythingRequest
        {
            Model = SamgeoModels.Of(form, options.Value),
            Options = new EverythingOptions
            {
                PointsPerSide = points > 0
                    ? (uint)points
                    : throw DoorProblem.Invalid("points_per_side", $"{points}: a number above 0 is needed."),
                PredIouThresh = form.Number("pred_iou_thresh") ?? DefaultIou,
                StabilityScoreThresh = form.Number("stability_score_thresh") ?? DefaultStability,
            },
            ImageData = UnsafeByteOperations.UnsafeWrap(form.File),
        };
        var found = await call.Model.EverythingAsync(request, call.Aborted);
        return new SamgeoAnswers(call, FoundLabels.OfEverything(found, choice, call.Aborted), georeference).Write(format);
    }

    private static Georeference? GeoreferenceOf(ReadOnlyMemory<byte> file)
    {
        try
        {
            return Georeference.Read(file);
        }
        catch (FormatException problem)
        {
            throw DoorProblem.Invalid("file", $"The file's GeoTIFF tags are not read: {problem.Message}.");
        }
    }
}
