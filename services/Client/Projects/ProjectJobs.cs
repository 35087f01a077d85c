using System.Runtime.CompilerServices;
using Grpc.Core;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Client.Projects;

/// <summary>Jobs: sets of pictures with a task and the person who does the task.</summary>
public sealed class ProjectJobs
{
    private readonly ProjectsConnection _connection;
    private readonly JobService.JobServiceClient _jobs;

    internal ProjectJobs(ProjectsConnection connection)
    {
        _connection = connection;
        _jobs = new JobService.JobServiceClient(connection.Channel);
    }

    /// <summary>Creates a job, or one for each of its assignees, once however often connections are lost.</summary>
    /// <param name="request">Task and pictures; a request id is made where none is given.</param>
    /// <param name="cancellationToken">Gives up; the jobs may have been created then.</param>
    public async Task<IReadOnlyList<Job>> CreateAsync(
        CreateJobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var copy = request.Clone();
        copy.RequestId = copy.RequestId.Length > 0 ? copy.RequestId : ProjectsClient.NewId();
        var answer = await _connection
            .CallAsync(call => _jobs.CreateJobAsync(copy, call), cancellationToken)
            .ConfigureAwait(false);
        return answer.Jobs;
    }

    /// <summary>Describes a job.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="job">Id of the job.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Job> GetAsync(string project, long job, CancellationToken cancellationToken = default)
    {
        var request = new GetJobRequest { Project = project, Job = job };
        return _connection.CallAsync(call => _jobs.GetJobAsync(request, call), cancellationToken);
    }

    /// <summary>Lists jobs, newest first.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="kind">Task; unspecified: any.</param>
    /// <param name="state">State; unspecified: any.</param>
    /// <param name="assignee">Subject who does the job; null: any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<Job> ListAsync(
        string project,
        JobKind kind = JobKind.Unspecified,
        JobState state = JobState.Unspecified,
        string? assignee = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListJobsRequest
        {
            Project = project, Kind = kind, State = state, Assignee = assignee ?? "",
        };
        do
        {
            var page = await _connection
                .CallAsync(call => _jobs.ListJobsAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var job in page.Jobs)
            {
                yield return job;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Changes a job's name, assignee, due time or state.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="job">The job with its new values; <c>Revision</c> 0 for any.</param>
    /// <param name="fields">Fields to change; none: all that are set.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Job> UpdateAsync(
        string project, Job job, IEnumerable<string>? fields = null, CancellationToken cancellationToken = default)
    {
        var request = new UpdateJobRequest
        {
            Project = project, Job = job, UpdateMask = ProjectsClient.Mask(fields),
        };
        return _connection.CallAsync(call => _jobs.UpdateJobAsync(request, call), cancellationToken);
    }

    /// <summary>
    /// Says that the caller is done with a picture of a job, or passes the picture over. This call alone is not sent
    /// again after a lost connection, since its time would count twice: send it again with a time of 0.
    /// </summary>
    /// <param name="request">Job, picture, and active time in milliseconds.</param>
    /// <param name="cancellationToken">Gives up; the picture may be finished then.</param>
    /// <exception cref="RpcException">UNAVAILABLE after a lost connection; other codes: the server refused.</exception>
    public async Task FinishPictureAsync(
        FinishJobPictureRequest request, CancellationToken cancellationToken = default)
    {
        using var call = _jobs.FinishJobPictureAsync(request, _connection.Options(cancellationToken));
        await call.ResponseAsync.ConfigureAwait(false);
    }
}
