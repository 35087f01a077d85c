using Microsoft.Extensions.Options;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Hosting;

/// <summary>
/// The command <c>migrate</c>: brings the tables up to date and ends, for a job before a new version.
/// </summary>
internal static class MigrateCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>True if the program's arguments are this command.</summary>
    public static bool IsAsked(string[] args) => args is ["migrate", ..];

    /// <summary>Applies what is missing; waits a minute for a database that is away.</summary>
    /// <param name="args">The program's arguments: the command, then settings.</param>
    /// <param name="output">Told the outcome.</param>
    /// <returns>The exit code: 0, or 1 when nothing could be done (said on standard error).</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args[1..], ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddStorage();
        await using var app = builder.Build();
        try
        {
            var migrator = app.Services.GetRequiredService<Migrator>();
            using var patience = new CancellationTokenSource(_patience);
            var count = await MigrateAsync(migrator, patience.Token);
            await output.WriteLineAsync(
                count == 0
                    ? "The tables are up to date."
                    : $"The tables were brought up to date: {count} migration(s).");
            return 0;
        }
        catch (OptionsValidationException invalid)
        {
            await Console.Error.WriteLineAsync(string.Join('\n', invalid.Failures));
        }
        catch (Exception exception) when (exception is InvalidDataException || DatabaseFailures.IsAway(exception))
        {
            await Console.Error.WriteLineAsync(exception.Message);
        }

        return 1;
    }

    private static async Task<int> MigrateAsync(Migrator migrator, CancellationToken patience)
    {
        while (true)
        {
            try
            {
                // Migrating itself has no limit: only the wait for the database does.
                return await migrator.MigrateAsync(CancellationToken.None);
            }
            catch (Exception exception) when (
                DatabaseFailures.IsAway(exception) && !patience.IsCancellationRequested)
            {
                await Task.Delay(_pause, CancellationToken.None);
            }
        }
    }
}
