using Grpc.Core;
using Segmentation.Doors.Contract;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Rest;

namespace Segmentation.Gateway.Doors;

/// <summary>Bodies of requests to doors, within the bounds of JSON bodies.</summary>
internal sealed class DoorIntake(JsonBody bodies, IntakeRegistry intakes) : IDoorIntake
{
    private const string Remedy = "Send a smaller picture, or fewer pictures at a time.";

    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, bool isJson)
    {
        if (bodies.Bound(context, Remedy) is { } refusal)
        {
            throw refusal.ToRpcException();
        }

        var intake = intakes.Of(context);
        using var buffer = new ReceivedBytes(intake.TryHold);
        var problem = await JsonBody.CopyAsync(context, intake, buffer, isJson ? new JsonScanner() : null);
        return problem is null ? buffer.ToArray() : throw problem.ToRpcException();
    }
}
