using Microsoft.AspNetCore.Http;

namespace Segmentation.Doors.Contract;

/// <summary>Reads bodies of requests within their caller's bounds.</summary>
public interface IDoorIntake
{
    /// <summary>Reads a body whole; its bytes are charged to the caller until the request is over.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isJson">True where what lies outside of JSON's texts is bounded, too.</param>
    /// <exception cref="Grpc.Core.RpcException">
    /// INVALID_ARGUMENT: too large. DEADLINE_EXCEEDED: too slow. RESOURCE_EXHAUSTED: no room.
    /// </exception>
    Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, bool isJson);
}
