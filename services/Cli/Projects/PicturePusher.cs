using System.Globalization;
using Grpc.Core;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>Sends pictures, several at a time, and none that the project has already.</summary>
/// <param name="server">The server.</param>
/// <param name="project">The project.</param>
/// <param name="progress">Shows progress.</param>
internal sealed class PicturePusher(ProjectServer server, Project project, ProgressLine progress)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _all;
    private long _bytes;

    /// <summary>Pictures that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Pictures that the project had.</summary>
    public long Had { get; private set; }

    /// <summary>Pictures that could not be sent.</summary>
    public long Failed { get; private set; }

    /// <summary>Sends pictures. The first error that is not of one picture ends all.</summary>
    /// <param name="pictures">Names in the project and paths of files.</param>
    /// <param name="parallel">Pictures at a time.</param>
    /// <param name="cancellationToken">Gives up; what was sent stays.</param>
    public async Task PushAsync(
        IReadOnlyCollection<(string Name, string Path)> pictures, int parallel, CancellationToken cancellationToken)
    {
        _all = pictures.Count;
        var there = server.Client.Pictures.ListAsync(project.Id, cancellationToken: cancellationToken);
        await foreach (var picture in there.ConfigureAwait(false))
        {
            _known.Add(picture.ImageId);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        await Parallel
            .ForEachAsync(pictures, options, async (picture, token) =>
                await SendAsync(picture.Name, picture.Path, token).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    private async Task SendAsync(string name, string path, CancellationToken cancellationToken)
    {
        try
        {
            var id = await ProjectPictures.ImageIdOfAsync(path, cancellationToken).ConfigureAwait(false);
            bool isKnown;
            lock (_gate)
            {
                isKnown = !_known.Add(id);
            }

            var size = new FileInfo(path).Length;
            if (!isKnown)
            {
                var metadata = new AddPictureMetadata
                {
                    Project = project.Id, Name = name, ImageId = id, SizeBytes = size,
                };
                await server.Client.Pictures
                    .AddAsync(metadata, () => File.OpenRead(path), cancellationToken)
                    .ConfigureAwait(false);
            }

            Count(() => (Sent, Had, _bytes) = isKnown ? (Sent, Had + 1, _bytes) : (Sent + 1, Had, _bytes + size));
        }
        catch (RpcException refused) when (IsOfThisPicture(refused.StatusCode))
        {
            progress.Note($"left out: {name}: {refused.Status.Detail}");
            Count(() => Failed++);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            progress.Note($"left out: {name}: {unreadable.Message}");
            Count(() => Failed++);
        }
    }

    // Other errors concern the next picture just as well.
    private static bool IsOfThisPicture(StatusCode code) =>
        code is StatusCode.InvalidArgument or StatusCode.AlreadyExists or StatusCode.FailedPrecondition;

    private void Count(Action count)
    {
        lock (_gate)
        {
            count();
            var done = Sent + Had + Failed;
            progress.Show("pictures", done, _all, string.Create(
                CultureInfo.InvariantCulture, $"{done} of {_all}, {Sent} sent ({ByteText.Of(_bytes)}), {Had} there already"));
        }
    }
}
