using System.Runtime.CompilerServices;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Client.Projects;

/// <summary>Runs: a model finds everything in many pictures, in the background.</summary>
public sealed class ProjectRuns
{
    private readonly ProjectsConnection _connection;
    private readonly RunService.RunServiceClient _runs;

    internal ProjectRuns(ProjectsConnection connection)
    {
        _connection = connection;
        _runs = new RunService.RunServiceClient(connection.Channel);
    }

    /// <summary>Starts a run, once however often connections are lost.</summary>
    /// <param name="request">The run; a request id is made where none is given.</param>
    /// <param name="cancellationToken">Gives up; the run may have started then.</param>
    public Task<Run> StartAsync(StartRunRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var copy = request.Clone();
        copy.RequestId = copy.RequestId.Length > 0 ? copy.RequestId : ProjectsClient.NewId();
        return _connection.CallAsync(call => _runs.StartRunAsync(copy, call), cancellationToken);
    }

    /// <summary>Describes a run.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="run">Id of the run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Run> GetAsync(string project, long run, CancellationToken cancellationToken = default)
    {
        var request = new GetRunRequest { Project = project, Run = run };
        return _connection.CallAsync(call => _runs.GetRunAsync(request, call), cancellationToken);
    }

    /// <summary>Lists runs, newest first.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<Run> ListAsync(
        string project, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListRunsRequest { Project = project };
        do
        {
            var page = await _connection
                .CallAsync(call => _runs.ListRunsAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var run in page.Runs)
            {
                yield return run;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Pauses, resumes, cancels a run, or does its failed pictures again.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="run">Id of the run.</param>
    /// <param name="control">What to do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Run> ControlAsync(
        string project, long run, RunControl control, CancellationToken cancellationToken = default)
    {
        var request = new ControlRunRequest { Project = project, Run = run, Control = control };
        return _connection.CallAsync(call => _runs.ControlRunAsync(request, call), cancellationToken);
    }

    /// <summary>Lists the pictures of a run that failed, with their reasons.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="run">Id of the run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<ItemError> ListErrorsAsync(
        string project, long run, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListRunErrorsRequest { Project = project, Run = run, PageSize = 1000 };
        do
        {
            var page = await _connection
                .CallAsync(call => _runs.ListRunErrorsAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var error in page.Errors)
            {
                yield return error;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Tells a run's progress until the run ends, over lost connections, too.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="run">Id of the run.</param>
    /// <param name="cancellationToken">Ends the watch; the run goes on.</param>
    public IAsyncEnumerable<Run> WatchAsync(
        string project, long run, CancellationToken cancellationToken = default)
    {
        var request = new WatchRunRequest { Project = project, Run = run };
        return _connection.StreamAsync(call => _runs.WatchRun(request, call), isEndless: false, cancellationToken);
    }

    /// <summary>Lists the presets by which runs can be made.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Preset>> ListPresetsAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _connection
            .CallAsync(call => _runs.ListPresetsAsync(new ListPresetsRequest(), call), cancellationToken)
            .ConfigureAwait(false);
        return answer.Presets;
    }
}
