using System.Diagnostics;

namespace Segmentation.Fuzz.Engine;

/// <summary>Runs inputs through a target, and judges time, memory and exceptions.</summary>
internal sealed class InputRun(IFuzzTarget target)
{
    /// <summary>Time that an input may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    // Of a time or memory that only the state of this machine explains, one of these is below the limit.
    private const int Tries = 3;

    private static readonly string[] _underTest =
    [
        "Segmentation.Masks.", "Segmentation.Sam.", "Segmentation.Gateway.", "Segmentation.Embeddings.",
        "Segmentation.Client.",
    ];

    /// <summary>Runs an input.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public Verdict? Run(byte[] input)
    {
        Verdict? verdict = null;
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            verdict = RunOnce(input);
            if (verdict is not { Key: "time" or "memory" })
            {
                break;
            }
        }

        return verdict;
    }

    private static Verdict Of(Exception exception)
    {
        if (exception is BrokenRuleException)
        {
            return new Verdict(exception.Message.Split(':')[0], exception.ToString());
        }

        // Of the code under test alone, and one frame: the others change when the compiler has inlined them.
        var place = new StackTrace(exception).GetFrames()
            .Select(frame => frame.GetMethod())
            .Select(method => $"{method?.DeclaringType?.FullName}.{method?.Name}")
            .FirstOrDefault(name => _underTest.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        return new Verdict($"{exception.GetType().Name} {place}", exception.ToString());
    }

    private Verdict? RunOnce(byte[] input)
    {
        var allocated = Allocated();
        var start = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
        }
        catch (Exception exception)
        {
            return Of(exception);
        }

        var time = Stopwatch.GetElapsedTime(start);
        allocated = Allocated() - allocated;
        if (time > TimeLimit)
        {
            return new Verdict("time", $"The input of {input.Length} bytes took {time.TotalSeconds:0.0} s.");
        }

        var limit = target.AllocationLimit(input.Length);
        return allocated > limit
            ? new Verdict("memory", $"The input of {input.Length} bytes took {allocated} bytes, more than {limit}.")
            : null;
    }

    private long Allocated() =>
        target.IsThreaded ? GC.GetTotalAllocatedBytes(precise: false) : GC.GetAllocatedBytesForCurrentThread();
}
