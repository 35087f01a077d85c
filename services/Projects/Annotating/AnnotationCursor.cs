using System.Globalization;
using Segmentation.Projects.Errors;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>The annotation after which a page begins; as text, a page token.</summary>
/// <param name="Z">Its place in the stack.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct AnnotationCursor(int Z, Guid Id)
{
    /// <summary>The cursor behind an annotation.</summary>
    public static AnnotationCursor Of(Annotation annotation) => new(annotation.Z, Guid.Parse(annotation.Id));

    /// <summary>Reads a page token; null for an empty one: the first page.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no token of this method.</exception>
    public static AnnotationCursor? Parse(string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        var parts = token.Split('_');
        return parts is [var z, var id]
            && int.TryParse(z, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var place)
            && Guid.TryParseExact(id, "N", out var annotation)
            ? new AnnotationCursor(place, annotation)
            : throw PageSizes.NoToken(token);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Z}_{Id:N}");
}
