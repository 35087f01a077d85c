using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Outlines;
using Segmentation.Doors.Pictures;
using Segmentation.Doors.Reading;
using Segmentation.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Samapi;

/// <summary>samapi, the server that QuPath's extension for SAM asks, below <c>/doors/samapi</c>.</summary>
public sealed class SamapiDoor(IOptions<SamapiOptions> options) : IDoor
{
    /// <inheritdoc/>
    public string Name => "samapi";

    /// <inheritdoc/>
    public DoorCredentials Credentials { get; } = new(Basic: true);

    /// <inheritdoc/>
    public IReadOnlyList<DoorRoute> Routes =>
    [
        new("GET", "/sam/version/", Scope.None, _ => Task.FromResult(Results.Text(options.Value.Version))),
        new("GET", "/sam/weights/", Scope.None, WeightsAsync),
        new("GET", "/sam/progress/", Scope.None, _ => Task.FromResult(Progress())),
        new("POST", "/sam/", Scope.Segment, SegmentAsync),
        new("POST", "/sam/automask/", Scope.Everything, EverythingAsync),
    ];

    /// <inheritdoc/>
    public IResult Refuse(RpcStatus problem, int httpStatus)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Results.Json(new { detail = problem.Message }, statusCode: httpStatus);
    }

    /// <summary>Nothing is ever downloaded: the operator chooses the models.</summary>
    private static IResult Progress() => Results.Json(new { message = (string?)null, percent = -1 });

    /// <summary>The models, each under every type, so that the client can choose it whatever type it shows.</summary>
    private static async Task<IResult> WeightsAsync(DoorCall call)
    {
        var type = call.Context.Request.Query["type"].ToString();
        var models = await call.Model.ListModelsAsync(call.Aborted);
        return Results.Json(models.Models.Select(model => new
        {
            type = type.Length is > 0 and <= 50 ? type : model.Id,
            name = model.Id,
            url = SamapiModels.UrlOf(model.Id),
        }));
    }

    private async Task<IResult> SegmentAsync(DoorCall call)
    {
        using var body = await call.ReadJsonAsync();
        var fields = new RequestFields(body.RootElement, "");
        if (fields.Element("b64mask") is not null)
        {
            throw DoorProblem.Invalid(
                "b64mask", "A mask as a prompt is not taken here, since a picture of it has no logits: mark points or a box.");
        }

        var request = new SegmentRequest
        {
            Model = SamapiModels.Of(fields, options.Value.Model),
            Prompts = { SamapiPrompts.Read(fields) },
            Output = new OutputOptions
            {
                Formats = { MaskFormat.Polygon },
                Refinable = false,
                MaskCount = fields.Flag("multimask_output") == true ? MaskCount.Three : MaskCount.One,
            },
            ImageData = PictureOf(fields),
        };
        var answer = await call.Model.SegmentAsync(request, call.Aborted);
        return Features(call, answer.Image, answer.Results[0].Masks);
    }

    private async Task<IResult> EverythingAsync(DoorCall call)
    {
        using var body = await call.ReadJsonAsync();
        var fields = new RequestFields(body.RootElement, "");
        var request = new SegmentEverythingRequest
        {
            Model = SamapiModels.Of(fields, options.Value.Model),
            Options = SearchFields.Read(fields),
            Formats = { MaskFormat.Polygon },
            ImageData = PictureOf(fields),
        };
        var found = await call.Model.EverythingAsync(request, call.Aborted);
        return Features(call, found.Image, [.. found.Masks.Select(mask => mask.Mask)]);
    }

    private static ByteString PictureOf(RequestFields fields) => fields.Element("b64img") is { } picture
        ? UnsafeByteOperations.UnsafeWrap(PictureText.Decode(picture, "b64img"))
        : throw DoorProblem.Invalid("b64img", "Missing: a picture's file in base64, or a data URL.");

    private static IResult Features(DoorCall call, Image image, IReadOnlyList<Mask> masks)
    {
        var features = FeatureList.Write(masks, (writer, mask, number) =>
        {
            writer.WriteNumber("object_idx", number);
            writer.WriteString("label", "object");
            writer.WriteNumber("quality", mask.PredictedIou);
            writer.WriteString("sam_model", image.Model);
        });
        call.Model.ChargeAnswer(features.Length);
        return Results.Bytes(features, "application/json");
    }
}
