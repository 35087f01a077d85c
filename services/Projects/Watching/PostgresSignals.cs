using System.Globalization;
using System.Threading.Channels;
using Npgsql;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Watching;

/// <summary>
/// Carries signals between processes by PostgreSQL's LISTEN and NOTIFY. Notices are sent after the commit and outside
/// of its transaction: within, PostgreSQL lets commits with notices happen only one after the other. A notice that is
/// lost with its process costs a second: <see cref="PictureLook"/>.
/// </summary>
internal sealed partial class PostgresSignals(
    ProjectsDbFactory factory, PictureSignals signals, TimeProvider clock, ILogger<PostgresSignals> logger)
    : BackgroundService
{
    private const string Notice = "segmentation_projects_pictures";
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly string _self = Guid.NewGuid().ToString("N");
    private readonly Channel<long> _changed = Channel.CreateBounded<long>(
        new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (factory.Source is not { } source)
        {
            return;
        }

        signals.Changed += Enqueue;
        try
        {
            await Task.WhenAll(
                RepeatAsync(token => ListenAsync(source, token), stoppingToken),
                RepeatAsync(token => NotifyAsync(source, token), stoppingToken));
        }
        finally
        {
            signals.Changed -= Enqueue;
        }
    }

    private void Enqueue(long picture) => _changed.Writer.TryWrite(picture);

    private async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await work(cancellationToken);
            }
            catch (Exception exception) when (DatabaseFailures.IsAway(exception) || exception is IOException)
            {
                LogLost(logger, exception.Message);
                await Task.Delay(_pause, clock, cancellationToken);
            }
        }
    }

    private async Task ListenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, notice) => Hear(notice.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {Notice}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    private void Hear(string payload)
    {
        var parts = payload.Split(':');
        if (parts is [var sender, var number]
            && sender != _self
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var picture))
        {
            signals.Wake(picture);
        }
    }

    private async Task NotifyAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        while (await _changed.Reader.WaitToReadAsync(cancellationToken))
        {
            var pictures = new HashSet<long>();
            while (pictures.Count < MostAtOnce && _changed.Reader.TryRead(out var picture))
            {
                pictures.Add(picture);
            }

            await using var notify = source.CreateCommand("SELECT pg_notify($1, payload) FROM unnest($2) AS payload");
            notify.Parameters.Add(new() { Value = Notice });
            notify.Parameters.Add(new()
            {
                Value = pictures.Select(
                    picture => string.Create(CultureInfo.InvariantCulture, $"{_self}:{picture}")).ToArray(),
            });
            await notify.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Notices of changed pictures wait for the database: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);
}
