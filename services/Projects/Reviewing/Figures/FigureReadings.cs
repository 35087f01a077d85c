using Segmentation.Common.Caching;
using Segmentation.Projects.Storage;
using FiguresMessage = Segmentation.Protocol.Projects.V1.Figures;

namespace Segmentation.Projects.Reviewing.Figures;

/// <summary>
/// Readings of figures, each of which goes through all masks of a project: callers who want the same share one, a few
/// go on at a time, and one that nobody waits for any more ends.
/// </summary>
internal sealed class FigureReadings(IProjectsDbFactory databases) : IDisposable
{
    private const int MostAtOnce = 2;

    private readonly SingleFlight<(Guid Project, FigureDays Days), FiguresMessage> _readings = new();
    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    /// <summary>Reads the figures of some days of a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="days">The days.</param>
    /// <param name="cancellationToken">Stops waiting, and reading where nobody else waits.</param>
    public Task<FiguresMessage> ReadAsync(Guid project, FigureDays days, CancellationToken cancellationToken) =>
        _readings.RunAsync((project, days), stop => ReadAloneAsync(project, days, stop), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<FiguresMessage> ReadAloneAsync(Guid project, FigureDays days, CancellationToken stop)
    {
        await _turns.WaitAsync(stop);
        try
        {
            // On a thread of its own: SQLite reads without letting go of the caller's, who then could not leave.
            return await Task.Run(
                () => databases.ReadAsync((db, token) => FigureReader.ReadAsync(db, project, days, token), stop), stop);
        }
        finally
        {
            _turns.Release();
        }
    }
}
