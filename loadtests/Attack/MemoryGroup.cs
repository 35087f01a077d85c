using System.Globalization;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// A control group of Linux (version 2, or 1) with a limit on memory, as a container has one: a process that needs more
/// is killed by the kernel.
/// </summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Mount = "/sys/fs/cgroup";
    private readonly DirectoryInfo _folder;
    private readonly bool _isVersion2;

    private MemoryGroup(DirectoryInfo folder, bool isVersion2) => (_folder, _isVersion2) = (folder, isVersion2);

    /// <summary>Number of processes in the group that the kernel killed.</summary>
    public int Kills => File
        .ReadLines(Path.Combine(_folder.FullName, _isVersion2 ? "memory.events" : "memory.oom_control"))
        .Where(line => line.StartsWith("oom_kill ", StringComparison.Ordinal))
        .Sum(line => int.Parse(line["oom_kill ".Length..], CultureInfo.InvariantCulture));

    /// <summary>The most megabytes that it ever held, files read and kernel memory among them.</summary>
    public double Peak
    {
        get
        {
            // Kernels before 5.19 do not tell it in version 2.
            var file = new FileInfo(
                Path.Combine(_folder.FullName, _isVersion2 ? "memory.peak" : "memory.max_usage_in_bytes"));
            return file.Exists
                ? double.Parse(File.ReadAllText(file.FullName), CultureInfo.InvariantCulture) / 1e6
                : double.NaN;
        }
    }

    /// <summary>Makes a group; needs the right to, which root and most containers' root have.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">The limit; swap does not widen it.</param>
    /// <param name="problem">Why there is none; null where there is.</param>
    public static MemoryGroup? TryCreate(string name, long bytes, out string? problem)
    {
        var isVersion2 = File.Exists(Path.Combine(Mount, "cgroup.controllers"));
        var root = isVersion2 ? Mount : Path.Combine(Mount, "memory");
        MemoryGroup? group = null;
        try
        {
            if (isVersion2)
            {
                File.WriteAllText(Path.Combine(root, "cgroup.subtree_control"), "+memory");
            }

            var folder = Path.Combine(root, $"segmentation-{Environment.ProcessId}-{name}");
            group = new MemoryGroup(Directory.CreateDirectory(folder), isVersion2);
            group.Write(isVersion2 ? "memory.max" : "memory.limit_in_bytes", bytes);
            if (isVersion2 && File.Exists(Path.Combine(group._folder.FullName, "memory.swap.max")))
            {
                group.Write("memory.swap.max", 0);
            }

            _ = group.Kills;
            problem = null;
            return group;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            group?.Dispose();
            problem = $"no control group with a memory limit can be made in {root}: {error.Message}";
            return null;
        }
    }

    /// <summary>A command that starts another one within the group: a process reads its limit when it starts.</summary>
    public IReadOnlyList<string> Starter =>
        ["sh", "-c", "echo $$ >\"$0\" && exec \"$@\"", Path.Combine(_folder.FullName, "cgroup.procs")];

    public void Dispose()
    {
        try
        {
            // Its files are the kernel's: the folder goes by itself, once its processes have ended.
            Directory.Delete(_folder.FullName, recursive: false);
        }
        catch (IOException)
        {
        }
    }

    private void Write(string file, long value) => File.WriteAllText(
        Path.Combine(_folder.FullName, file), value.ToString(CultureInfo.InvariantCulture));
}
