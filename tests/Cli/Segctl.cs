using System.Diagnostics;

namespace Segmentation.Cli.Tests;

/// <summary>Runs the built <c>segctl</c> as a user would: a process, its streams and its exit code.</summary>
internal static class Segctl
{
    public static string Image(string name) => Path.Combine(AppContext.BaseDirectory, "images", name);

    public static Task<SegctlResult> RunAsync(params string[] arguments) => RunAsync(input: null, arguments);

    /// <summary>Runs with bytes on standard input; null for none.</summary>
    public static Task<SegctlResult> RunAsync(byte[]? input, params string[] arguments) =>
        RunAsync(input, ("SEGMENTATION_API_KEY", ""), arguments);

    /// <summary>Runs with an environment variable.</summary>
    public static Task<SegctlResult> RunWithAsync((string Name, string Value) variable, params string[] arguments) =>
        RunAsync(input: null, variable, arguments);

    private static async Task<SegctlResult> RunAsync(
        byte[]? input, (string Name, string Value) variable, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "segctl.dll") },
            Environment = { [variable.Name] = variable.Value },
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }.With(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.BaseStream.WriteAsync(input, TestContext.Current.CancellationToken);
            process.StandardInput.Close();
        }

        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, await output, await error);
    }

    private static ProcessStartInfo With(this ProcessStartInfo start, IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}

/// <summary>Output and exit code of <c>segctl</c>.</summary>
internal sealed record SegctlResult(int ExitCode, string Output, string Error);
