using Grpc.Core;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Segmenting;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>A server's projects, with errors as messages of the command line.</summary>
internal sealed class ProjectServer : IDisposable
{
    // Some two minutes: long enough for a server that starts again.
    private const int MaxReconnects = 40;

    private readonly ServerConnection _connection;

    private ProjectServer(ServerConnection connection) =>
        (_connection, Client) = (connection, connection.ConnectProjects(MaxReconnects));

    /// <summary>The server's projects.</summary>
    public ProjectsClient Client { get; }

    /// <summary>Does something on a server.</summary>
    /// <exception cref="CliException">The server cannot be reached, or refused, or a file cannot be read or written.</exception>
    public static async Task<int> RunAsync(
        ServerConnection connection, Func<ProjectServer, Task<int>> run, CancellationToken cancellationToken)
    {
        using var server = new ProjectServer(connection);
        try
        {
            await CheckAsync(connection, cancellationToken).ConfigureAwait(false);
            return await run(server).ConfigureAwait(false);
        }
        catch (RpcException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw await ServerErrors.ExplainAsync(connection, error).ConfigureAwait(false);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(error.Message, innerException: error);
        }
    }

    /// <summary>Finds a project by its name, or by its id.</summary>
    /// <exception cref="CliException">There is none that the caller may see.</exception>
    public async Task<Project> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await Client.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } project)
        {
            return project;
        }

        if (Guid.TryParseExact(name, "D", out _))
        {
            return await Client.GetAsync(name, cancellationToken).ConfigureAwait(false);
        }

        throw new CliException(
            $"{_connection} has no project '{name}' that this caller may see. 'segctl projects list' names those that there "
            + "are, and 'segctl projects create' makes one.");
    }

    /// <summary>Finds labels of a project by their names.</summary>
    /// <param name="project">The project.</param>
    /// <param name="option">Option that names them.</param>
    /// <param name="names">The names; none: no call is made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Ids in the order of the names.</returns>
    /// <exception cref="CliException">The project has no label of a name.</exception>
    public async Task<IReadOnlyList<int>> LabelsAsync(
        Project project, string option, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var labels = await Client.ListLabelsAsync(project.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
        return
        [
            .. names.Select(name => labels.FirstOrDefault(label => label.Name == name)?.Id
                ?? throw new CliException(
                    $"{option}: {project.Name} has no label '{name}'; its labels are "
                    + $"{string.Join(", ", labels.Select(label => label.Name))}.",
                    CommandRunner.Usage)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    // A wrong address or credential is said at once. A server that goes away later is waited for.
    private static async Task CheckAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        using var client = connection.ConnectProjects(maxReconnects: 1);
        await client.Runs.ListPresetsAsync(cancellationToken).ConfigureAwait(false);
    }
}
