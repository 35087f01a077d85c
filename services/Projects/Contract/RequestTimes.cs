using Google.Protobuf.WellKnownTypes;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Contract;

/// <summary>Reads the times of requests.</summary>
internal static class RequestTimes
{
    /// <summary>A time as the record keeps it; null for null.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="time">The time.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no time that can be stored.</exception>
    public static DateTimeOffset? Read(string field, Timestamp? time)
    {
        try
        {
            return time is null ? null : RecordClock.Of(time.ToDateTimeOffset());
        }
        catch (InvalidOperationException)
        {
            throw ProjectProblem.Invalid(field, "is no time between the years 1 and 9999.");
        }
    }
}
