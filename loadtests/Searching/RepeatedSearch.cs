using Segmentation.Masks.Everything;

namespace Segmentation.LoadTests.Searching;

/// <summary>A search done again and again, a step at a time, while something else is measured.</summary>
internal sealed class RepeatedSearch(SearchTiming search, EverythingOptions options)
{
    private readonly List<SearchTiming.Result> _results = [];
    private IEnumerator<(IReadOnlyList<(double X, double Y)> Points, SearchTiming.Result? Result)>? _steps;

    /// <summary>Goes on by a batch.</summary>
    public void Step()
    {
        _steps ??= search.Steps(options).GetEnumerator();
        if (_steps.MoveNext() && _steps.Current.Result is { } result)
        {
            _results.Add(result);
            _steps.Dispose();
            _steps = null;
        }
    }

    /// <summary>Brings the search under way to its end.</summary>
    /// <returns>What a search gave, with the mean time of all.</returns>
    public SearchTiming.Result Finish()
    {
        while (_steps is not null || _results.Count == 0)
        {
            Step();
        }

        return _results[0] with { Seconds = _results.Average(result => result.Seconds) };
    }
}
