using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Pictures.SourceFiles;

/// <summary>
/// Opens sources, as far as the operator allows: below <see cref="ProjectsOptions.SourceRoots"/>, with links resolved.
/// The roots are asked each time, so that a root that was taken away is closed for sources that exist already.
/// </summary>
internal sealed class PictureSources(IOptions<ProjectsOptions> options, S3Access servers)
{
    private readonly string[] _roots = options.Value.SourceRoots
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Opens a source.</summary>
    /// <param name="uri"><c>file:///folder/</c> or <c>s3://bucket/prefix/</c>.</param>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: another form of address. FAILED_PRECONDITION: the place is not allowed, or not there.
    /// </exception>
    public IPictureSource Open(string uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var address)
            || address.Scheme is not ("file" or "s3")
            || (address.Scheme == "file" && address.Host.Length > 0)
            || address.Query.Length > 0
            || address.Fragment.Length > 0)
        {
            throw ProjectProblem.Invalid(
                "source.uri",
                $"is {ProjectProblem.Quoted(uri)}; it must be file:///folder/ or s3://bucket/prefix/");
        }

        return address.Scheme == "file" ? OpenFolder(address) : OpenBucket(address);
    }

    private FolderPictureSource OpenFolder(Uri address)
    {
        var folder = address.LocalPath;
        var isAllowed = false;
        if (LinklessPath.OfFolder(folder) is { } real)
        {
            isAllowed = _roots
                .Where(Path.IsPathRooted)
                .Select(LinklessPath.OfFolder)
                .Any(root => root is not null && real.StartsWith(root, StringComparison.Ordinal));
            if (isAllowed)
            {
                return new FolderPictureSource(real);
            }
        }

        throw NotAllowed(folder);
    }

    private BucketPictureSource OpenBucket(Uri address)
    {
        var prefix = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/'));
        if (prefix.Length > 0 && !prefix.EndsWith('/'))
        {
            prefix += "/";
        }

        // Buckets are named in lower case, as hosts of addresses are.
        var place = $"s3://{address.Host}/{prefix}";
        var isAllowed = _roots
            .Where(root => root.StartsWith("s3://", StringComparison.Ordinal))
            .Select(root => root.EndsWith('/') ? root : root + "/")
            .Any(root => place.StartsWith(root, StringComparison.Ordinal));
        return isAllowed && address.Host.Length > 0
            ? new BucketPictureSource(new S3Bucket(servers.Client, address.Host), prefix)
            : throw NotAllowed(place);
    }

    // The same for what is not there: callers must not learn which folders the server has.
    private static RpcException NotAllowed(string place) => ProjectProblem.Of(
        StatusCode.FailedPrecondition,
        "SOURCE_NOT_ALLOWED",
        $"The place {ProjectProblem.Quoted(place)} is not there, or lies below none of the roots that the operator "
            + $"allows ({ProjectsOptions.Section}:{nameof(ProjectsOptions.SourceRoots)}).");
}
