using System.Buffers.Text;
using System.Text;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Catalogue;

/// <summary>The project after which a page begins; as text, a page token.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id.</param>
internal sealed record ProjectCursor(string Name, Guid Id)
{
    private const int IdBytes = 16;

    /// <summary>Reads a page token; null for an empty one: the first page.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no token of this method.</exception>
    public static ProjectCursor? Parse(string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        try
        {
            var bytes = Base64Url.DecodeFromChars(token);
            return bytes.Length > IdBytes
                ? new ProjectCursor(Encoding.UTF8.GetString(bytes, IdBytes, bytes.Length - IdBytes), new Guid(bytes[..IdBytes]))
                : throw PageSizes.NoToken(token);
        }
        catch (FormatException)
        {
            throw PageSizes.NoToken(token);
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Base64Url.EncodeToString([.. Id.ToByteArray(), .. Encoding.UTF8.GetBytes(Name)]);
}
