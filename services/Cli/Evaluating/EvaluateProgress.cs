using System.Diagnostics;
using System.Globalization;
using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Evaluating;

/// <summary>Shows in one line of the terminal how many masks are measured, and the time left.</summary>
/// <param name="masks">Masks of all pictures.</param>
/// <param name="before">Masks that an earlier run measured.</param>
internal sealed class EvaluateProgress(int masks, int before)
{
    private readonly int _before = before;
    private readonly TerminalLine _line = new(Console.Error, !Console.IsErrorRedirected);
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _done = before;

    /// <summary>Begins a picture.</summary>
    public void Begin(string picture) => _line.Show(string.Create(
        CultureInfo.InvariantCulture,
        $"{TerminalLine.Bar((double)_done / masks)}  {picture}  {_done} of {masks} masks{Left()}"));

    /// <summary>Ends a picture with that many masks.</summary>
    public void End(int count) => _done += count;

    /// <summary>Clears the line.</summary>
    public void Clear() => _line.Clear();

    private string Left() => _done == _before
        ? ""
        : $"  {TerminalLine.Duration(Stopwatch.GetElapsedTime(_started) * ((double)(masks - _done) / (_done - _before)))} left";
}
