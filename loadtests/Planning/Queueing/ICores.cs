namespace Segmentation.LoadTests.Planning.Queueing;

/// <summary>Processor cores that work is done on.</summary>
internal interface ICores
{
    /// <summary>Does work.</summary>
    /// <param name="work">Seconds that it takes a core of its own.</param>
    /// <param name="done">Happens when it is done.</param>
    void Run(double work, Action done);
}
