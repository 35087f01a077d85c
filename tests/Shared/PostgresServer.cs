namespace Segmentation.Tests.Shared;

/// <summary>
/// A PostgreSQL server of a test's own. Without the program the test is skipped, or fails where CI says that it must be
/// there.
/// </summary>
internal static class PostgresServer
{
    /// <summary>Starts a server with an empty database and waits until it accepts connections.</summary>
    public static async Task<PostgresProcess> StartAsync(CancellationToken cancellationToken)
    {
        var server = new PostgresProcess();
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch (Exception error)
        {
            await server.DisposeAsync();
            if (error is MissingProgramException)
            {
                Missing(error.Message);
            }

            throw;
        }
    }

    /// <summary>Skips the test, or fails it in CI.</summary>
    public static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
