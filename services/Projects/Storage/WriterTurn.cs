namespace Segmentation.Projects.Storage;

/// <summary>The turn of a writer; disposing passes the turn on.</summary>
internal readonly struct WriterTurn : IAsyncDisposable
{
    private readonly SemaphoreSlim? _turn;

    private WriterTurn(SemaphoreSlim? turn) => _turn = turn;

    /// <summary>Waits for the turn, where the database has one writer at a time.</summary>
    public static async ValueTask<WriterTurn> TakeAsync(
        IProjectsDbFactory factory, CancellationToken cancellationToken)
    {
        if (factory.WriterTurn is { } turn)
        {
            await turn.WaitAsync(cancellationToken);
        }

        return new WriterTurn(factory.WriterTurn);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _turn?.Release();
        return ValueTask.CompletedTask;
    }
}
