using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Pictures;
using Segmentation.Doors.Reading;
using Segmentation.Identity;

namespace Segmentation.Doors.XAnyLabeling;

/// <summary>The remote server of X-AnyLabeling, below <c>/doors/x-anylabeling</c>.</summary>
public sealed class XAnyLabelingDoor(IOptions<XAnyLabelingOptions> options, TimeProvider clock) : IDoor
{
    private const string Model = "model";

    /// <inheritdoc/>
    public string Name => "x-anylabeling";

    /// <inheritdoc/>
    public DoorCredentials Credentials { get; } = new(Header: "Token");

    /// <inheritdoc/>
    public IReadOnlyList<DoorRoute> Routes =>
    [
        new("GET", "/health", Scope.None, HealthAsync),
        new("GET", "/v1/models", Scope.None, ModelsAsync),
        new("GET", $"/v1/models/{{{Model}}}/info", Scope.None, ModelAsync),
        new("POST", "/v1/predict", Scope.Segment, PredictAsync),
    ];

    /// <inheritdoc/>
    public IResult Refuse(RpcStatus problem, int httpStatus)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var body = new { success = false, error = new { code = DoorProblem.ReasonOf(problem), message = problem.Message } };
        return new Refusal(Results.Json(body, statusCode: httpStatus), problem.Message);
    }

    private async Task<IResult> HealthAsync(DoorCall call)
    {
        var models = await call.Model.ListModelsAsync(call.Aborted);
        return Results.Json(new
        {
            status = "healthy",
            models_loaded = models.Models.Count,
            timestamp = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        });
    }

    private async Task<IResult> ModelsAsync(DoorCall call)
    {
        var models = await call.Model.ListModelsAsync(call.Aborted);
        var ordered = models.Models.OrderByDescending(model => model.Id == options.Value.Model);
        return Results.Json(new { success = true, data = ordered.ToDictionary(model => model.Id, ModelPanel.Of) });
    }

    private static async Task<IResult> ModelAsync(DoorCall call)
    {
        var models = await call.Model.ListModelsAsync(call.Aborted);
        var id = call.Variable(Model);
        var found = models.Models.FirstOrDefault(model => model.Id == id)
            ?? throw DoorProblem.Of(
                StatusCode.NotFound,
                "MODEL_UNKNOWN",
                $"There is no model {DoorText.Quote(id)}, but {string.Join(", ", models.Models.Select(model => model.Id))}.");
        return Results.Json(new { success = true, data = ModelPanel.Of(found) });
    }

    private async Task<IResult> PredictAsync(DoorCall call)
    {
        using var body = await call.ReadJsonAsync();
        var fields = new RequestFields(body.RootElement, "");
        var parameters = fields.Fields("params");
        var request = PredictParameters.Read(parameters);
        var model = fields.Text("model") is { Length: > 0 } named ? named : options.Value.Model;
        var image = fields.Element("image") is { } picture
            ? PictureText.Decode(picture, "image")
            : throw DoorProblem.Invalid("image", "Missing: a picture's file in base64, or a data URL.");
        var shapes = new ArrayBufferWriter<byte>();
        var charge = new AnswerCharge(call.Model);
        using (var writer = new Utf8JsonWriter(shapes))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("success", true);
            writer.WriteStartObject("data");
            await WriteShapesAsync(writer, charge, call, request, model, image);
            writer.WriteString("description", "");
            if (!request.IsEverything)
            {
                // Without this the client asks its user's own choice, which is meant for everything.
                writer.WriteBoolean("replace", false);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
            charge.Finished(writer);
        }

        return Results.Bytes(shapes.WrittenMemory, "application/json");
    }

    private async Task WriteShapesAsync(
        Utf8JsonWriter writer, AnswerCharge charge, DoorCall call, PredictParameters request, string model, byte[] image)
    {
        var shapes = new ShapeWriter(writer, request);
        writer.WriteStartArray("shapes");
        if (request.IsEverything)
        {
            var found = await call.Model.EverythingAsync(request.Everything(image, model), call.Aborted);
            foreach (var mask in found.Masks)
            {
                shapes.Write(mask.Mask, options.Value.Label);
                charge.Grown(writer);
            }
        }
        else if (request.Prompts.Count > 0)
        {
            var answer = await call.Model.SegmentAsync(request.Segment(image, model), call.Aborted);
            foreach (var result in answer.Results)
            {
                shapes.Write(result.Masks[0], ShapeWriter.PendingLabel);
                charge.Grown(writer);
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>
    /// A refusal whose message is in the status line, too: the client shows its user nothing but that line.
    /// </summary>
    private sealed class Refusal(IResult body, string message) : IResult
    {
        private const int Longest = 300;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var line = string.Concat(message.Take(Longest).Select(one => one is >= ' ' and <= '~' ? one : '?'));
            if (httpContext.Features.Get<IHttpResponseFeature>() is { HasStarted: false } response)
            {
                response.ReasonPhrase = line;
            }

            return body.ExecuteAsync(httpContext);
        }
    }
}
