using Grpc.Core;

namespace Segmentation.Projects.Errors;

/// <summary>Reads the fields of requests for pages.</summary>
internal static class PageSizes
{
    /// <summary>The size of a page; one above the most is the most.</summary>
    /// <param name="asked">The request's <c>page_size</c>.</param>
    /// <param name="normal">The size for 0.</param>
    /// <param name="most">The greatest size.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT: negative.</exception>
    public static int Of(int asked, int normal, int most) => asked switch
    {
        < 0 => throw ProjectProblem.Invalid("page_size", $"is {asked}; it must be 0 to {most}."),
        0 => normal,
        _ => Math.Min(asked, most),
    };

    /// <summary>INVALID_ARGUMENT for a page token that this method never gave.</summary>
    public static RpcException NoToken(string token) => ProjectProblem.Invalid(
        "page_token",
        $"is {ProjectProblem.Quoted(token)}; give the next_page_token of the page before, unchanged, or nothing.");
}
