namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Purpose of a port that a host listens on.</summary>
public enum PortUse
{
    /// <summary>gRPC over HTTP/2, and nothing else.</summary>
    Grpc,

    /// <summary>Everything else that clients ask for.</summary>
    Http,

    /// <summary>Metrics and health for the operator's machines, never open to clients.</summary>
    Operators,

    /// <summary>gRPC for the autoscaler of encoders, never open to clients.</summary>
    Scaler,
}
