using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Fetching;
using Segmentation.Identity;

namespace Segmentation.Doors.Roboflow;

/// <summary>The door for clients of roboflow's inference server: its <c>/sam</c> and <c>/sam2</c>.</summary>
internal sealed class RoboflowDoor : IDoor
{
    public RoboflowDoor(IOptions<RoboflowOptions> options, PictureFetcher fetcher, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        var cache = new RoboflowCache(options.Value, clock);
        var images = new RoboflowImages(fetcher, cache);
        var embedding = new RoboflowEmbedding(options.Value, images, clock);
        Routes =
        [
            new("POST", "/sam/embed_image", Scope.Upload, embedding.AnswerSam1Async),
            new("POST", "/sam/segment_image", Scope.Segment, new Sam1Segmentation(options.Value, images, cache, clock).AnswerAsync),
            new("POST", "/sam2/embed_image", Scope.Upload, embedding.AnswerSam2Async),
            new("POST", "/sam2/segment_image", Scope.Segment, new Sam2Segmentation(options.Value, images, cache, clock).AnswerAsync),
        ];
    }

    public string Name => "roboflow";

    public IReadOnlyList<DoorRoute> Routes { get; }

    public DoorCredentials Credentials { get; } = new(Query: "api_key");

    public IResult Refuse(RpcStatus problem, int httpStatus)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Results.Json(new { message = problem.Message }, statusCode: httpStatus);
    }
}
