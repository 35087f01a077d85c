namespace Segmentation.LoadTests.Planning.Queueing;

/// <summary>A core for everything that runs.</summary>
internal sealed class OwnCores(EventClock clock) : ICores
{
    public void Run(double work, Action done) => clock.After(work, done);
}
