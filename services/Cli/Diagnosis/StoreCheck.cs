using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Common.Tls;
using Segmentation.Redis;
using StackExchange.Redis;

namespace Segmentation.Cli.Diagnosis;

/// <summary>A Redis that keeps embeddings: whether it answers, its version, memory and latency.</summary>
/// <param name="connection">Connection string, as servers take it for <c>Segmentation:Redis:Cache</c>.</param>
/// <param name="access">Files with its password and its authorities.</param>
internal sealed class StoreCheck(string connection, RedisAccessOptions access)
{
    private const string Name = "store";
    private const int Pings = 20;
    private const double SlowMilliseconds = 5;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(4);

    /// <summary>Passwords of the connection string and of the file.</summary>
    public IEnumerable<string?> Secrets()
    {
        yield return Parse() is { } parsed ? parsed.Password : connection;
        if (access.PasswordFile.Length > 0 && File.Exists(access.PasswordFile))
        {
            yield return File.ReadAllText(access.PasswordFile).Trim();
        }
    }

    /// <summary>Connects and asks.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (Parse() is not { EndPoints.Count: > 0 } configuration)
        {
            return
            [
                Finding.Failed(
                    Name,
                    "--redis is no connection string",
                    "Write host:port, with further settings behind commas: host:6379,ssl=true. The password is best in a file: "
                        + "--redis-password-file."),
            ];
        }

        var address = string.Join(", ", configuration.EndPoints.Select(Written));
        try
        {
            using var redis = new RedisAccess(Options.Create(access), TimeProvider.System, NullLogger<RedisAccess>.Instance);
            redis.Secure(configuration);
            configuration.AbortOnConnectFail = true;
            configuration.ConnectRetry = 1;
            configuration.ConnectTimeout = (int)_patience.TotalMilliseconds;
            configuration.ClientName = "segctl-doctor";

            // The client takes INFO for a command of administrators; the server decides.
            configuration.AllowAdmin = true;
            var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            await using (multiplexer.ConfigureAwait(false))
            {
                return await AskAsync(multiplexer, address, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (CertificateFilesException error)
        {
            return [Finding.Failed(Name, $"--redis-ca: {error.Message}", "Name a PEM file with the roots of the server's certificate.")];
        }
        catch (RedisConnectionException error) when (error.FailureType == ConnectionFailureType.AuthenticationFailure)
        {
            return
            [
                Finding.Failed(
                    Name,
                    $"{address} refuses the password, or wants one",
                    "Name the file with the right one: --redis-password-file; servers take it as Segmentation:Redis:PasswordFile."),
            ];
        }
        catch (RedisException error)
        {
            return
            [
                Finding.Failed(
                    Name,
                    $"{address} cannot be reached: {error.Message}",
                    "See that it runs, that the address is right, and that no firewall is between; with TLS add ssl=true or --redis-ca."),
            ];
        }
    }

    private static async Task<IReadOnlyList<Finding>> AskAsync(
        ConnectionMultiplexer redis, string address, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var times = new List<double>();
        for (var ping = 0; ping < Pings; ping++)
        {
            times.Add((await database.PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false)).TotalMilliseconds);
        }

        times.Sort();
        var text = await redis.GetServers()[0].InfoRawAsync().WaitAsync(cancellationToken).ConfigureAwait(false) ?? "";
        var info = text.Split('\n').Select(line => line.Trim().Split(':', 2)).Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        var (median, slowest) = (times[times.Count / 2], times[^1]);
        var said = string.Create(
            CultureInfo.InvariantCulture,
            $"{address}, version {info.GetValueOrDefault("redis_version", "unknown")}, a ping takes {median:0.0} ms, at most {slowest:0.0} ms");
        return
        [
            median > SlowMilliseconds
                ? Finding.Warning(Name, said, "Embeddings are megabytes: put the store near encoders and silos.")
                : Finding.Ok(Name, said),
            Memory(info),
        ];
    }

    private static Finding Memory(Dictionary<string, string> info)
    {
        const string MemoryName = "store memory";
        var (policy, limit) = (info.GetValueOrDefault("maxmemory_policy"), info.GetValueOrDefault("maxmemory"));
        if (policy is null)
        {
            return Finding.Ok(MemoryName, "the server does not tell its maxmemory-policy");
        }

        var said = $"maxmemory-policy {policy}, maxmemory {limit ?? "unknown"} bytes, "
            + $"{info.GetValueOrDefault("used_memory_human", "unknown")} used";
        return limit is null or "0"
            ? Finding.Warning(
                MemoryName, said, "Set maxmemory, and maxmemory-policy allkeys-lru: embeddings fill all memory otherwise.")
            : !policy.StartsWith("allkeys", StringComparison.Ordinal)
            ? Finding.Warning(
                MemoryName,
                said,
                "A store of embeddings needs maxmemory-policy allkeys-lru; only the Redis of the cluster's members must not evict.")
            : Finding.Ok(MemoryName, said);
    }

    private static string Written(EndPoint endPoint) => endPoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : $"{endPoint}";

    // Its own message would repeat what it cannot read, which may be a password. An address with a scheme is taken for a host.
    private ConfigurationOptions? Parse()
    {
        try
        {
            return connection.Contains("://", StringComparison.Ordinal) ? null : ConfigurationOptions.Parse(connection);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
