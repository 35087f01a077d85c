using System.Diagnostics;
using OpenTelemetry;

namespace Segmentation.ServiceDefaults.Telemetry;

/// <summary>
/// Names a gRPC client's span after its method. The client itself calls all of them <c>Grpc.Net.Client.GrpcOut</c> and
/// puts the method into a tag.
/// </summary>
internal sealed class RpcSpanNames : BaseProcessor<Activity>
{
    /// <summary>The gRPC client's activity source.</summary>
    public const string Source = "Grpc.Net.Client";

    private const string MethodTag = "grpc.method";

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == Source && data.GetTagItem(MethodTag) is string method)
        {
            data.DisplayName = method.TrimStart('/');
        }
    }
}
