using Orleans.Runtime.Messaging;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>Tells a silo that could not be reached, or ended before it answered, from a bug.</summary>
internal static class TransientSiloErrors
{
    /// <summary>True when the same request can succeed at another silo.</summary>
    public static bool Is(Exception exception) => exception
        is OrleansException or TimeoutException or OperationCanceledException or ConnectionFailedException

        // The client of a silo that has left, closed just before a call used it.
        or ObjectDisposedException;
}
