using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Segmentation.Gateway.Hosting;

/// <summary>Runs a host so that what its operator got wrong is said in a sentence, not in a stack trace.</summary>
public static class GatewayRun
{
    /// <summary>Builds and runs a host until it is shut down.</summary>
    /// <param name="build">Makes the host.</param>
    /// <param name="explain">
    /// The sentence for a failure that the operator can put right; null for a bug, which is thrown on.
    /// </param>
    /// <returns>
    /// The exit code: 0, or 1 when an option is invalid, a port is taken, or <paramref name="explain"/> knew what was
    /// wrong (said on standard error).
    /// </returns>
    public static async Task<int> RunAsync(Func<WebApplication> build, Func<Exception, string?> explain)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(explain);
        WebApplication? app = null;
        try
        {
            app = build();
            var endpoints = app.Services.GetRequiredService<IOptions<EndpointOptions>>().Value;
            if (PortProbe.Complaints(endpoints).ToList() is { Count: > 0 } complaints)
            {
                return await FailAsync(complaints);
            }

            await app.StartAsync();
        }
        catch (Exception exception) when (Sentences(app, exception, explain) is { Count: > 0 } sentences)
        {
            return await FailAsync(sentences);
        }

        await using (app)
        {
            await app.WaitForShutdownAsync();
        }

        return 0;
    }

    private static List<string> Sentences(WebApplication? app, Exception exception, Func<Exception, string?> explain)
    {
        if (exception is AggregateException aggregate)
        {
            return [.. aggregate.InnerExceptions.SelectMany(inner => Sentences(app, inner, explain))];
        }

        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case OptionsValidationException invalid:
                    return [.. invalid.Failures];
                case IOException { InnerException: AddressInUseException } taken when app is not null:
                    return [PortTaken(app, taken)];
                case InvalidOperationException { InnerException: FormatException or ArgumentException } unreadable
                    when unreadable.Message.Contains("'Segmentation:", StringComparison.Ordinal):
                    return [unreadable.Message];
                case var other when explain(other) is { } sentence:
                    return [sentence];
                default:
                    break;
            }
        }

        return [];
    }

    /// <summary>
    /// Says what is wrong. The process ends with it: taking a half-started host down in order would only make it log
    /// about itself.
    /// </summary>
    private static async Task<int> FailAsync(List<string> sentences)
    {
        foreach (var sentence in sentences)
        {
            await Console.Error.WriteLineAsync(sentence);
        }

        return 1;
    }

    /// <summary>Somebody took the port after it had been probed.</summary>
    private static string PortTaken(WebApplication app, IOException exception)
    {
        var options = app.Services.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var isHttp = exception.Message.Contains($":{options.HttpPort}:", StringComparison.Ordinal);
        var (key, port) = isHttp
            ? (nameof(options.HttpPort), options.HttpPort)
            : (nameof(options.GrpcPort), options.GrpcPort);
        return PortProbe.InUse(new IPEndPoint(IPAddress.Parse(options.Address), port), key);
    }
}
