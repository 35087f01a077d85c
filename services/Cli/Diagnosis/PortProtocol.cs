namespace Segmentation.Cli.Diagnosis;

/// <summary>Protocol by which a port is asked which program listens there.</summary>
internal enum PortProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http1,

    /// <summary>HTTP/2 without TLS, as gRPC has it.</summary>
    Http2,

    /// <summary>It cannot be asked.</summary>
    Other,
}
