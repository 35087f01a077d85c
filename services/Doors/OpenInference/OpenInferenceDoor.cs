using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Identity;

namespace Segmentation.Doors.OpenInference;

/// <summary>
/// The Open Inference Protocol, version 2, which Triton, KServe and their clients speak: over HTTP below
/// <c>/doors/open-inference</c>; its gRPC service is mapped by the gateway.
/// </summary>
public sealed class OpenInferenceDoor(IOptions<OpenInferenceOptions> options) : IDoor
{
    private const string Model = "model";
    private const string Version = "version";

    /// <summary>Answers requests of both transports.</summary>
    public InferenceRuns Runs { get; } = new(options.Value);

    /// <inheritdoc/>
    public string Name => "open-inference";

    /// <inheritdoc/>
    public DoorCredentials Credentials { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<DoorRoute> Routes =>
    [
        new("GET", "/v2", Scope.None, _ => Task.FromResult(Server())),
        new("GET", "/v2/health/live", Scope.None, _ => Task.FromResult(Results.Json(new { live = true }))),
        new("GET", "/v2/health/ready", Scope.None, ReadyAsync),
        new("GET", $"/v2/models/{{{Model}}}", Scope.None, DescribeAsync),
        new("GET", $"/v2/models/{{{Model}}}/versions/{{{Version}}}", Scope.None, DescribeAsync),
        new("GET", $"/v2/models/{{{Model}}}/ready", Scope.None, ModelReadyAsync),
        new("GET", $"/v2/models/{{{Model}}}/versions/{{{Version}}}/ready", Scope.None, ModelReadyAsync),
        new("POST", $"/v2/models/{{{Model}}}/infer", Scope.Segment, InferAsync),
        new("POST", $"/v2/models/{{{Model}}}/versions/{{{Version}}}/infer", Scope.Segment, InferAsync),
    ];

    /// <inheritdoc/>
    public IResult Refuse(RpcStatus problem, int httpStatus)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Results.Json(new { error = problem.Message }, statusCode: httpStatus);
    }

    private static IResult Server() => Results.Json(new
    {
        name = InferenceRuns.ServerName,
        version = InferenceRuns.ServerVersion,
        extensions = InferenceRuns.Extensions,
    });

    private static async Task<IResult> ReadyAsync(DoorCall call)
    {
        var ready = await InferenceRuns.IsReadyAsync(call.Model, call.Aborted);
        return Results.Json(new { live = true, ready }, statusCode: StatusOf(ready));
    }

    private static int StatusOf(bool isReady) =>
        isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    private Task<InferenceModel> FindAsync(DoorCall call) =>
        Runs.FindAsync(call.Model, call.Variable(Model), call.Variable(Version), call.Aborted);

    private async Task<IResult> ModelReadyAsync(DoorCall call)
    {
        var model = await FindAsync(call);
        return Results.Json(new { name = model.Name, ready = model.IsReady }, statusCode: StatusOf(model.IsReady));
    }

    private async Task<IResult> DescribeAsync(DoorCall call)
    {
        var model = await FindAsync(call);
        return Results.Json(new
        {
            name = model.Name,
            versions = new[] { InferenceModel.Version },
            platform = InferenceModel.Platform,
            inputs = model.Inputs.Select(Described),
            outputs = model.Outputs.Select(Described),
        });

        static object Described(TensorInfo tensor) =>
            new { name = tensor.Name, datatype = tensor.Datatype, shape = tensor.Shape };
    }

    private async Task<IResult> InferAsync(DoorCall call)
    {
        var model = await FindAsync(call);
        var request = await RestRequest.ReadAsync(call);
        for (var i = 0; i < request.Request.Outputs.Count; i++)
        {
            var name = request.Request.Outputs[i];
            if (model.Outputs.FirstOrDefault(output => output.Name == name)?.Datatype == TensorTypes.Halves
                && !request.IsBinary(name))
            {
                throw DoorProblem.Invalid(
                    $"outputs[{i}]",
                    $"{name} is FP16, which JSON has no form for: ask for it with the parameter binary_data: true.");
            }
        }

        var outputs = await Runs.RunAsync(call.Model, model, request.Request, call.Aborted);
        call.Model.ChargeAnswer(outputs.Max(LargestPiece));
        return new RestAnswer(model, request, outputs);
    }

    /// <summary>Bytes of a tensor that are there at once: of masks, one.</summary>
    private static long LargestPiece(OutputTensor output) =>
        output.Datatype == TensorTypes.Pixels ? output.Bytes / Math.Max(1, output.Shape[0]) : 0;
}
