using Grpc.Core;
using Segmentation.Formats;
using Segmentation.Projects.Access;
using Segmentation.Projects.Pictures.Files;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Exports;

/// <summary>Puts the files of pictures into archives. One that is missing is reported, and the rest goes on.</summary>
internal sealed class ExportFiles(PictureFiles files, HandOuts handOuts)
{
    /// <summary>Writes a picture's file as people get it: without personal metadata unless the project hands them out.</summary>
    /// <param name="project">The project.</param>
    /// <param name="subject">Who gets the archive.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="path">Path in the archive.</param>
    /// <param name="sink">The archive.</param>
    /// <param name="report">Takes a file that is missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task WriteAsync(
        ProjectRow project,
        string subject,
        PictureRow picture,
        string path,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var grant = new ProjectGrant(
            new ProjectCaller(project.Tenant, subject),
            Role.Viewer,
            project,
            ProjectSettings.Parser.ParseFrom(project.Settings));
        return WriteAsync(
            picture, path, sink, report, () => handOuts.FileAsync(grant, picture, cancellationToken), cancellationToken);
    }

    /// <summary>Writes a picture's file byte for byte.</summary>
    /// <param name="tenant">Tenant of the project.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="path">Path in the archive.</param>
    /// <param name="sink">The archive.</param>
    /// <param name="report">Takes a file that is missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task WriteOriginalAsync(
        string tenant,
        PictureRow picture,
        string path,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken) =>
        WriteAsync(
            picture,
            path,
            sink,
            report,
            async () => await files.ReadAsync(tenant, picture, cancellationToken),
            cancellationToken);

    private static async Task WriteAsync(
        PictureRow picture,
        string path,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        Func<Task<ReadOnlyMemory<byte>>> read,
        CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = await read();
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.FailedPrecondition)
        {
            report(new DatasetProblem(picture.Name, "file", missing.Status.Detail));
            return;
        }

        await using var file = sink.Create(path);
        await file.WriteAsync(bytes, cancellationToken);
    }
}
