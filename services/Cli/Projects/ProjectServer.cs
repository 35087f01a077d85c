using Grpc.Core;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Segmenting;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>A server's projects, with errors as messages of the command line.</summary>
internal sealed class ProjectServer : IDisposable
{
    private readonly ServerConnection _connection;

    private ProjectServer(ServerConnection connection) =>
        (_connection, Client) = (connection, connection.ConnectProjects());

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

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
