using System.Net;

namespace Segmentation.Gateway.Routing.Silos;

internal static partial class RoutingLog
{
    [LoggerMessage(1, LogLevel.Information, "Silo {Silo} is in reach at {Endpoint}.")]
    public static partial void Reached(ILogger logger, SiloAddress silo, IPEndPoint endpoint);

    [LoggerMessage(2, LogLevel.Warning, "Silo {Silo} at {Endpoint} is out of reach; its prompts go elsewhere.")]
    public static partial void Gone(ILogger logger, SiloAddress silo, IPEndPoint endpoint);

    [LoggerMessage(3, LogLevel.Debug, "The silo listed at {Endpoint} is not reached: {Reason}")]
    public static partial void NotReached(ILogger logger, IPEndPoint endpoint, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The Redis that knows the silos does not answer; those known stay: {Reason}")]
    public static partial void ListLost(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Error, "The link to the silo at {Endpoint} failed; it is opened again.")]
    public static partial void Failed(ILogger logger, Exception exception, IPEndPoint endpoint);

    [LoggerMessage(6, LogLevel.Information, "The Redis that knows the silos answers.")]
    public static partial void ListBack(ILogger logger);

    [LoggerMessage(7, LogLevel.Warning, "No silo is in reach, of {Listed} listed: prompts fail.")]
    public static partial void NoSilo(ILogger logger, int listed);
}
