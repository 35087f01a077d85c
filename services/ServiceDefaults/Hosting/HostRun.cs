using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Runs a host so that what its operator got wrong is said in a sentence, not in a stack trace.</summary>
public static class HostRun
{
    /// <summary>Builds and runs a host until it is shut down.</summary>
    /// <param name="build">Makes the host.</param>
    /// <param name="explained">
    /// Exceptions whose message is written for the operator; any other failure to start is a bug and thrown on.
    /// </param>
    /// <returns>
    /// The exit code: 0, or 1 when an option is invalid, a port is taken, or a failure was an explained one (said on
    /// standard error).
    /// </returns>
    public static async Task<int> RunAsync(Func<WebApplication> build, params Type[] explained)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(explained);
        WebApplication? app = null;
        try
        {
            app = build();
            if (PortProbe.Complaints([.. app.Services.GetServices<ListenPort>()]).ToList() is { Count: > 0 } complaints)
            {
                return await FailAsync(complaints);
            }

            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app?.Lifetime.ApplicationStopping.IsCancellationRequested == true)
        {
            // Told to stop while it still waited for others to start.
            return 0;
        }
        catch (Exception exception) when (Sentences(app, exception, explained) is { Count: > 0 } sentences)
        {
            return await FailAsync(sentences);
        }

        await using (app)
        {
            await app.WaitForShutdownAsync();
        }

        return 0;
    }

    private static List<string> Sentences(WebApplication? app, Exception exception, Type[] explained)
    {
        if (exception is AggregateException aggregate)
        {
            return [.. aggregate.InnerExceptions.SelectMany(inner => Sentences(app, inner, explained))];
        }

        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case OptionsValidationException invalid:
                    return [.. invalid.Failures];
                case UnusableFileException unusable:
                    return [unusable.Message];
                case IOException { InnerException: AddressInUseException } taken when app is not null:
                    return [PortTaken(app.Services.GetServices<ListenPort>(), taken)];
                case InvalidOperationException { InnerException: FormatException or ArgumentException } unreadable
                    when unreadable.Message.Contains("'Segmentation:", StringComparison.Ordinal):
                    return [unreadable.Message];
                case var other when explained.Any(type => type.IsInstanceOfType(other)):
                    return [other.Message];
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
    private static string PortTaken(IEnumerable<ListenPort> ports, IOException exception) =>
        ports.FirstOrDefault(port => exception.Message.Contains($":{port.Endpoint.Port}:", StringComparison.Ordinal))
            is { } taken
            ? PortProbe.InUse(taken)
            : exception.Message;
}
