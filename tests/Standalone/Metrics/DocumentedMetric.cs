namespace Segmentation.Standalone.Tests.Metrics;

/// <summary>A metric as docs/metrics.md has it.</summary>
/// <param name="Name">Its name, as instruments have it; empty for those of the platform.</param>
/// <param name="Prometheus">Its name in Prometheus.</param>
/// <param name="Kind">Kind and unit, for example <c>counter, {image}</c>; empty for those of the platform.</param>
/// <param name="Labels">Its labels in Prometheus, in order of the alphabet, separated by blanks.</param>
internal sealed record DocumentedMetric(string Name, string Prometheus, string Kind, string Labels);
