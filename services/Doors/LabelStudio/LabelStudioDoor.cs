using System.Buffers;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Fetching;
using Segmentation.Identity;

namespace Segmentation.Doors.LabelStudio;

/// <summary>
/// Label Studio's machine learning backend: health, set-up, predictions, events. The password of Basic authentication is
/// the API key.
/// </summary>
internal sealed class LabelStudioDoor(
    ProjectStates projects, PredictionAnswers predictions, IOptions<LabelStudioOptions> options) : IDoor
{
    private const int MaxTasks = 1000;
    private const int MaxProjectLength = 128;

    // What label-studio-ml knows, too; it learns from them, and nothing here does.
    private static readonly string[] _events =
        ["ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATION_DELETED", "START_TRAINING"];

    private readonly LabelStudioOptions _options = options.Value;

    /// <inheritdoc />
    public string Name => "label-studio";

    /// <inheritdoc />
    public DoorCredentials Credentials { get; } = new(Basic: true);

    /// <inheritdoc />
    public IReadOnlyList<DoorRoute> Routes =>
    [
        new("GET", "/", Scope.None, Health),
        new("GET", "/health", Scope.None, Health),
        new("POST", "/setup", Scope.Segment, SetUpAsync),
        new("POST", "/predict", Scope.Segment, PredictAsync),
        new("POST", "/webhook", Scope.Segment, HearAsync),
    ];

    /// <inheritdoc />
    public IResult Refuse(RpcStatus problem, int httpStatus) => Results.Json(
        new { error = problem.Message, reason = DoorProblem.ReasonOf(problem) }, statusCode: httpStatus);

    private static Task<IResult> Health(DoorCall call) =>
        Task.FromResult(Results.Json(new { status = "UP", model_class = "Segmentation" }));

    private async Task<IResult> SetUpAsync(DoorCall call)
    {
        using var body = await call.ReadJsonAsync();
        var project = ProjectOf(body.RootElement);
        var schema = Text(body.RootElement, "schema") ?? "";
        if (schema.Length > LabelConfigReader.MaxLength)
        {
            throw DoorProblem.Invalid(
                "schema", $"{schema.Length} characters; at most {LabelConfigReader.MaxLength} are read.");
        }

        projects.Remember(
            call.Model.Tenant,
            project,
            schema,
            Text(body.RootElement, "hostname") ?? "",
            Text(body.RootElement, "access_token") ?? "");
        return Results.Json(new { model_version = await ModelVersion.OfDoorAsync(call, _options.Model) });
    }

    private static async Task<IResult> HearAsync(DoorCall call)
    {
        using var body = await call.ReadJsonAsync();
        return Text(body.RootElement, "action") is { } action && _events.Contains(action)
            ? Results.Json(new { result = (string?)null, status = "ok" }, statusCode: StatusCodes.Status201Created)
            : Results.Json(new { status = "Unknown event" });
    }

    private async Task<IResult> PredictAsync(DoorCall call)
    {
        using var body = await call.ReadJsonAsync();
        var root = body.RootElement;
        if (!root.TryGetProperty("tasks", out var tasks) || tasks.ValueKind != JsonValueKind.Array)
        {
            throw DoorProblem.Invalid("tasks", "Missing: a list of tasks is needed.");
        }

        var count = tasks.GetArrayLength();
        if (count > MaxTasks)
        {
            throw DoorProblem.Invalid("tasks", $"{count} tasks; at most {MaxTasks} are answered at a time.");
        }

        var asked = await AskedAsync(call, root);
        var answer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(answer))
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            var index = 0;
            var charge = new AnswerCharge(call.Model);
            foreach (var task in tasks.EnumerateArray())
            {
                json.WriteRawValue((await AnswerAsync(asked, task, index++, count)).Span, skipInputValidation: true);
                charge.Grown(json);
                if (json.BytesCommitted + json.BytesPending > RegionWriter.MaxBytes)
                {
                    throw DoorProblem.Invalid(
                        "tasks",
                        $"The answer has more than {RegionWriter.MaxBytes} bytes: ask for fewer tasks at a time.",
                        "ANSWER_TOO_LARGE");
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
            charge.Finished(json);
        }

        return Results.Bytes(answer.WrittenMemory, "application/json");
    }

    /// <summary>The answer to one task of several may be an error, which leaves the others alone.</summary>
    private async Task<ReadOnlyMemory<byte>> AnswerAsync(AskedPredictions asked, JsonElement task, int index, int count)
    {
        try
        {
            return await predictions.AnswerAsync(asked, task, $"tasks[{index}]");
        }
        catch (RpcException exception) when (count > 1 && IsOfOne(exception))
        {
            return PredictionAnswers.Empty(asked.Version, exception.Status.Detail);
        }
    }

    private static bool IsOfOne(RpcException exception) =>
        exception.StatusCode == StatusCode.InvalidArgument || FetchProblems.IsOfPicture(DoorProblem.ReasonOf(exception));

    private async Task<AskedPredictions> AskedAsync(DoorCall call, JsonElement root)
    {
        var version = await ModelVersion.OfDoorAsync(call, _options.Model);
        var project = root.TryGetProperty("project", out _) ? ProjectOf(root) : "";
        var context = ContextOf(root);
        var isWarming = context is { } said && Text(said, "event") == "prewarm";
        var regions = RegionsOf(context);
        var isAutomatic = context is null && _options.AutomaticMasks;
        if (!isWarming && regions is null && !isAutomatic)
        {
            return new(call, project, version, null, null, false, false);
        }

        var xml = Text(root, "label_config") ?? projects.SchemaOf(call.Model.Tenant, project) ?? throw DoorProblem.Invalid(
            "label_config", "Missing: the project's labelling configuration is needed.");
        var config = LabelConfigReader.Read(xml);
        var prompts = isWarming || regions is null
            ? null
            : ContextPrompts.Read(regions.Value, config.Picture, "params.context.result");
        return new(call, project, version, config, prompts, isWarming, isAutomatic);
    }

    /// <summary>The context of a person's work; null: nobody works on the tasks.</summary>
    private static JsonElement? ContextOf(JsonElement root) =>
        root.TryGetProperty("params", out var all)
        && all.ValueKind == JsonValueKind.Object
        && all.TryGetProperty("context", out var context)
        && context.ValueKind == JsonValueKind.Object
            ? context
            : null;

    private static JsonElement? RegionsOf(JsonElement? context) =>
        context is { } said && said.TryGetProperty("result", out var regions) && regions.ValueKind != JsonValueKind.Null
            ? regions
            : null;

    /// <summary>The project's number, of <c>number.time</c>.</summary>
    private static string ProjectOf(JsonElement root)
    {
        var project = root.TryGetProperty("project", out var said) && said.ValueKind == JsonValueKind.Number
            ? said.GetRawText()
            : Text(root, "project") ?? "";
        return project.Length is > 0 and <= MaxProjectLength
            ? project.Split('.')[0]
            : throw DoorProblem.Invalid("project", $"Missing or over {MaxProjectLength} characters: the project's id is needed.");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
