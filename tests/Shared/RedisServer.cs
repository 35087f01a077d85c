namespace Segmentation.Tests.Shared;

/// <summary>
/// A Redis-protocol server of a test's own. Without the program the test is skipped, or fails where CI says that it
/// must be there.
/// </summary>
internal static class RedisServer
{
    /// <inheritdoc cref="RedisProcess.Garnet"/>
    public const string Garnet = RedisProcess.Garnet;

    /// <inheritdoc cref="RedisProcess.Redis"/>
    public const string Redis = RedisProcess.Redis;

    /// <summary>
    /// The server where one is enough: Garnet, which any machine can run, or what <c>SEGMENTATION_TEST_REDIS</c> names.
    /// </summary>
    public static string Any { get; } =
        Environment.GetEnvironmentVariable("SEGMENTATION_TEST_REDIS") is { Length: > 0 } program ? program : Garnet;

    /// <summary>Starts a server and waits until it accepts connections.</summary>
    public static async Task<RedisProcess> StartAsync(string program, CancellationToken cancellationToken)
    {
        var server = new RedisProcess(program);
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
