using System.Diagnostics;
using System.Net;

namespace Segmentation.Tests.Shared;

/// <summary>
/// A PostgreSQL server in a folder of its own below the temporary folder, on a loopback port that stays the same after
/// every restart. The data survive <see cref="KillAsync"/> and <see cref="StopAsync"/>, and go when this is disposed.
/// </summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    /// <summary>Name of the superuser, who needs no password.</summary>
    public const string User = "postgres";

    private const string Ready = "database system is ready to accept connections";
    private const string InstallIt = "Install PostgreSQL 15 or later (Debian: apt-get install postgresql).";

    // Where Debian, Fedora and Homebrew put the server's programs, which are on no path.
    private static readonly string[] _roots = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-postgres-");
    private ChildProcess? _process;

    /// <summary>The port.</summary>
    public int Port { get; } = Repository.FreePort();

    /// <summary>Further settings, as <c>name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>
    /// True to write through to the disk, as in production; false is faster and survives kills as well.
    /// </summary>
    public bool IsDurable { get; init; }

    /// <summary>Connection string of the database that is there from the beginning.</summary>
    public string ConnectionString => ConnectionTo("postgres");

    /// <summary>Folder of the server's programs, among them <c>psql</c> and <c>pg_dump</c>.</summary>
    public static string Programs => Path.GetDirectoryName(Find("postgres"))!;

    /// <summary>Last lines that it printed.</summary>
    public string Output => _process?.Output ?? "PostgreSQL was never started";

    /// <summary>True from a start until it has ended.</summary>
    public bool IsRunning => _process is { Ended.IsCompleted: false };

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Connection string of a database.</summary>
    public string ConnectionTo(string database) =>
        $"Host={IPAddress.Loopback};Port={Port};Username={User};Database={database}";

    /// <summary>Starts it, with what it held before, and waits until it accepts connections.</summary>
    /// <exception cref="MissingProgramException">The program is not on this machine.</exception>
    /// <exception cref="ProgramException">It ended instead, or cannot make its files.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var server = Find("postgres");
        if (!Directory.Exists(Data))
        {
            await InitialiseAsync(cancellationToken);
        }

        while (!await TryStartAsync(server, cancellationToken))
        {
            // After a kill the processes of connections still hold its memory for a moment.
            if (!Output.Contains("shared memory block", StringComparison.Ordinal))
            {
                throw new ProgramException($"PostgreSQL ended without accepting connections. {Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }

    /// <summary>Creates a database.</summary>
    /// <param name="name">Its name: lower-case letters, digits and underlines.</param>
    /// <param name="template">Database that it is a copy of; null: empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(
        string name, string? template, CancellationToken cancellationToken)
    {
        string[] copy = template is null ? [] : ["--template", template];
        await RunAsync(
            [Find("createdb"), "-h", $"{IPAddress.Loopback}", "-p", $"{Port}", "-U", User, .. copy, name],
            cancellationToken);
        return ConnectionTo(name);
    }

    /// <summary>
    /// Ends it in order: its connections are cut, what they had committed is there after the next start.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken) => _process!.InterruptAsync(cancellationToken);

    /// <summary>SIGKILL: nobody is told, and the next start has to recover.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Lets it hang (SIGSTOP): nothing new is accepted, connections stay open.</summary>
    public Task PauseAsync() => _process!.PauseAsync();

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ResumeAsync() => _process!.ResumeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        for (var attempt = 0; _folder.Exists && attempt < 100; attempt++)
        {
            try
            {
                _folder.Delete(true);
                return;
            }
            catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
                _folder.Refresh();
            }
        }
    }

    private static string Find(string program)
    {
        var found = _roots.Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Select(folder => Path.Combine(folder, "bin", program))
            .Where(File.Exists)
            .OrderByDescending(file => file, StringComparer.Ordinal)
            .FirstOrDefault();
        return found ?? ProgramPath.Find(program) ?? throw new MissingProgramException(program, InstallIt);
    }

    /// <summary>PostgreSQL refuses to run as root: a user without rights takes its place.</summary>
    private static string[] Unprivileged()
    {
        if (Environment.UserName != "root")
        {
            return [];
        }

        ProgramPath.Require("setpriv");
        return ["setpriv", $"--reuid={ServerUser()}", $"--regid={ServerUser()}", "--clear-groups"];
    }

    // Debian's package makes the user; elsewhere 65534 is the one without rights.
    private static string ServerUser() => File.ReadLines("/etc/passwd")
        .Select(line => line.Split(':'))
        .FirstOrDefault(fields => fields[0] == User)?[2] ?? "65534";

    private static async Task RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var process = ProgramPath.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        });
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new ProgramException($"{command[0]} ended with {process.ExitCode}. {await output}{errors}");
        }
    }

    private async Task InitialiseAsync(CancellationToken cancellationToken)
    {
        if (Unprivileged().Length > 0)
        {
            await RunAsync(["chown", ServerUser(), _folder.FullName], cancellationToken);
        }

        await RunAsync(
            [
                .. Unprivileged(), Find("initdb"), "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8",
                "--locale=C", "--no-sync", "--no-instructions",
            ],
            cancellationToken);
    }

    private async Task<bool> TryStartAsync(string server, CancellationToken cancellationToken)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] settings =
        [
            $"listen_addresses={IPAddress.Loopback}", "unix_socket_directories=", "max_connections=300",
            $"fsync={(IsDurable ? "on" : "off")}", $"full_page_writes={(IsDurable ? "on" : "off")}", .. Settings,
        ];
        _process = await ChildProcess.StartAsync(
            "postgres",
            line =>
            {
                if (line.Contains(Ready, StringComparison.Ordinal))
                {
                    ready.TrySetResult();
                }
            },
            [
                .. Unprivileged(), server, "-D", Data, "-p", $"{Port}",
                .. settings.SelectMany(setting => new[] { "-c", setting }),
            ]);
        await Patience.WithinAsync(Task.WhenAny(ready.Task, _process.Ended), () => Output, cancellationToken);
        return ready.Task.IsCompleted;
    }
}
