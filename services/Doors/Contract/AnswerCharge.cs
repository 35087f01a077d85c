using System.Text.Json;

namespace Segmentation.Doors.Contract;

/// <summary>
/// Charges an answer's bytes to the caller while they are written, so that an answer for which there is no room ends early.
/// </summary>
/// <param name="model">The request's model, whose caller is charged.</param>
internal sealed class AnswerCharge(IDoorModel model)
{
    // Many small charges would take the room of clicks.
    private const int LeastAtOnce = 1 << 20;

    private long _charged;

    /// <summary>Charges what was written since the last charge, once it is a megabyte.</summary>
    /// <param name="json">The writer of the answer.</param>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: there is no room for so large an answer.</exception>
    public void Grown(Utf8JsonWriter json)
    {
        if (BytesOf(json) - _charged >= LeastAtOnce)
        {
            Finished(json);
        }
    }

    /// <summary>Charges all that was written since the last charge.</summary>
    /// <param name="json">The writer of the answer.</param>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: there is no room for so large an answer.</exception>
    public void Finished(Utf8JsonWriter json)
    {
        model.ChargeAnswer(BytesOf(json) - _charged);
        _charged = BytesOf(json);
    }

    private static long BytesOf(Utf8JsonWriter json) => json.BytesCommitted + json.BytesPending;
}
