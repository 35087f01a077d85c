using Google.Protobuf.Reflection;

namespace Segmentation.Gateway.Grpc;

/// <summary>Shape of a gRPC method's requests.</summary>
/// <param name="Type">Type of the messages.</param>
/// <param name="IsSession">
/// True where messages come now and then, and a client may be silent between them; false where it is to send
/// all it has at once.
/// </param>
/// <param name="IsOurs">True for methods of the contract; others, as health, are sent names only.</param>
internal sealed record RequestShape(MessageDescriptor Type, bool IsSession, bool IsOurs)
{
    /// <summary>Bytes of the largest message of a method that is not ours.</summary>
    public const int OthersBytes = 64 * 1024;
}
